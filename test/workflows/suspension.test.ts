/** Suspending and reinstating, as HR asks for it, on the real server against the simulator. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { asks, is, somePeople } from '../support/some-people.ts';

const SUSPENDS = { suspend: { enabled: true, wipe: false } };
const SUSPEND = 'team/members/suspend';
const UNSUSPEND = 'team/members/unsuspend';
const LOST: [string, Fault][] = [
  ['reset before it', { kind: 'reset', moment: 'before' }],
  ['reset after it', { kind: 'reset', moment: 'after' }],
  ['a 500 after it', { kind: 'server_error', status: 500, moment: 'after' }],
  ['a web page after it', { kind: 'html', moment: 'after' }],
];

describe('a suspension', () => {
  let rig: Rig;
  const { newId, invited, active } = somePeople({ rig: () => rig, prefix: 'S' });
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());
  beforeEach(() => rig.settings(SUSPENDS));
  afterEach(() => rig.simulator.faults.clear());

  const suspended = async (): Promise<string> => {
    const id = await active();
    await rig.send(fact('suspension', id));
    await rig.until(id, is('suspended'));
    return id;
  };
  const outcomes = async (id: string): Promise<string[]> => {
    const { id: seatId } = await rig.seat(id);
    const rows = await rig.db.select().from(intents).where(eq(intents.seatId, seatId)).orderBy(intents.id);
    return rows.map(({ action, outcome }) => `${action} ${outcome}`);
  };

  it('keeps the files, and ends with a reinstatement', async () => {
    const id = await suspended();
    assert.deepEqual(rig.effects('suspend').at(-1)?.details.wipeData, false);
    await rig.send(fact('reinstatement', id));
    const seat = await rig.until(id, is('active'));
    assert.deepEqual([seat.memberStatus, seat.attention], ['active', null]);
    assert.deepEqual(rig.effectsOf(id), ['add', 'suspend', 'unsuspend']);
    assert.deepEqual(await outcomes(id), ['add applied', 'suspend applied', 'unsuspend applied']);
  });

  it('wipes only where the settings say so', async () => {
    await rig.settings({ suspend: { enabled: true, wipe: true } });
    await suspended();
    assert.equal(rig.effects('suspend').at(-1)?.details.wipeData, true);
  });

  it('with a return date ends by itself', async () => {
    const id = await active();
    await rig.send(fact('suspension', id, { returnAt: inMs(3_000) }));
    await rig.until(id, is('suspended'));
    await rig.until(id, is('active'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'suspend', 'unsuspend']);
  });

  it('of somebody only invited cancels the invitation and keeps the address; its end invites again', async () => {
    const id = await invited();
    await rig.send(fact('suspension', id));
    const seat = await rig.until(id, is('waiting'));
    assert.deepEqual([seat.holdUntil, seat.attention], [null, null]);
    await rig.send(joiner(`${id}-other`, { person: { email: `${id.toLowerCase()}@corp.example` } }));
    await rig.until(`${id}-other`, asks('address_taken'));
    await rig.send(fact('reinstatement', id));
    await rig.until(id, is('invited'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'add']);
    assert.deepEqual(rig.effectsOf(`${id}-other`), []);
  });

  it('of somebody only invited who then leaves holds the address all the same', async () => {
    const id = await invited();
    await rig.send(fact('suspension', id));
    await rig.until(id, is('waiting'));
    await rig.send(leaver(id));
    await rig.until(id, is('held'));
    await rig.until(id, is('released'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('is nothing for somebody who was never there', async () => {
    const id = newId();
    await rig.send(
      joiner(id, { effectiveAt: inMs(-2_000) }),
      fact('suspension', id, { effectiveAt: inMs(-1_000) }),
    );
    await rig.until(id, is('waiting'));
    assert.deepEqual(rig.effectsOf(id), []);
  });

  it('goes before a removal, and the account comes back as a member', async () => {
    const id = await suspended();
    await rig.send(leaver(id));
    await rig.until(id, is('held'));
    rig.simulator.changeSettings({ recoveredState: 'as_before' });
    await rig.send(joiner(id));
    await rig.until(id, is('active'));
    rig.simulator.changeSettings({ recoveredState: 'active' });
    assert.deepEqual(rig.effectsOf(id), ['add', 'suspend', 'remove', 'recover', 'unsuspend']);
  });

  for (const [what, fault] of LOST) {
    it(`is one suspension, and one end, when the answer is lost by ${what}`, async () => {
      const id = await active();
      rig.simulator.faults.add({ route: SUSPEND, count: 1, fault });
      await rig.send(fact('suspension', id));
      await rig.until(id, is('suspended'), 25_000);
      rig.simulator.faults.add({ route: UNSUSPEND, count: 1, fault });
      await rig.send(fact('reinstatement', id));
      await rig.until(id, is('active'), 25_000);
      assert.deepEqual(rig.effectsOf(id), ['add', 'suspend', 'unsuspend']);
    });
  }

  it('is not asked for of the admin who connected the team', async () => {
    const { admin } = rig.simulator.team();
    assert.ok(admin !== null);
    await rig.send(joiner('S-admin', { person: { email: admin.email } }));
    await rig.until('S-admin', is('active'));
    await rig.send(fact('suspension', 'S-admin'));
    await rig.until('S-admin', asks('connecting_admin'));
    assert.ok(!rig.effectsOf('S-admin').includes('suspend'));
  });

  it('finds a member who was suspended by hand a moment before', async () => {
    const id = await active();
    rig.simulator.byHand.suspend({ externalId: id });
    await rig.send(fact('suspension', id));
    await rig.until(id, is('suspended'));
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('that an admin made by hand is not lifted, though HR once ended another', async () => {
    const id = await suspended();
    await rig.send(fact('reinstatement', id));
    await rig.until(id, is('active'));
    rig.simulator.byHand.suspend({ externalId: id });
    // A newer plan makes the seat look; the member is suspended, and not by us.
    await rig.send(fact('mover', id, { person: { surname: 'Other' } }));
    await rig.until(id, (seat) => seat.attention !== null);
    await rig.send(fact('mover', id, { person: { surname: 'Surname' } }));
    await sleep(500);
    // A name is no reason to lift it.
    const lifted = rig.effectsOf(id).filter((kind) => kind !== 'add' && kind !== 'set_profile');
    assert.deepEqual(lifted, ['suspend', 'unsuspend']);
  });

  it('found on a member who is adopted is left to a person', async () => {
    rig.simulator.byHand.add({ email: 'kept@corp.example', externalId: 'S-kept' });
    rig.simulator.byHand.accept({ externalId: 'S-kept' });
    rig.simulator.byHand.suspend({ externalId: 'S-kept' });
    await rig.send(joiner('S-kept', { person: { email: 'kept@corp.example' } }));
    const seat = await rig.until('S-kept', asks('drift'));
    assert.equal(seat.state, 'suspended');
    assert.deepEqual(rig.effectsOf('S-kept'), []);
  });

  it('needs a person when Dropbox refuses, and a retry carries it out', async () => {
    const id = await active();
    rig.simulator.changeSettings({ outcomes: { suspend: { active: 'suspend_last_admin' } } });
    await rig.send(fact('suspension', id));
    await rig.until(id, asks('last_admin'));
    rig.simulator.changeSettings({ outcomes: {} });
    const { db, connectionId } = rig;
    await retrySeat({ db, connectionId, personId: id, actor: 'test' });
    await rig.until(id, is('suspended'));
  });
});
