/** Changes of name and address, as HR says them, on the real server against the simulator. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { emailClaims, emailWaiters, intents } from '../../drizzle/schema.ts';
import { currentStep } from '../../src/domain/plan.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { asks, is, somePeople } from '../support/some-people.ts';

const SET_PROFILE = 'team/members/set_profile_v2';
const LOST: [string, Fault][] = [
  ['reset before it', { kind: 'reset', moment: 'before' }],
  ['reset after it', { kind: 'reset', moment: 'after' }],
  ['a 500 after it', { kind: 'server_error', status: 500, moment: 'after' }],
  ['a web page after it', { kind: 'html', moment: 'after' }],
];

const address = (name: string): string => `${name.toLowerCase()}@corp.example`;

describe('somebody who moves', () => {
  let rig: Rig;
  const { newId, invited, active } = somePeople({ rig: () => rig, prefix: 'M' });
  before(async () => {
    // As in teams that were seen.
    rig = await startRig({ team: { settings: { asyncProbability: 0, invitedNamesVisible: false } } });
  });
  after(() => rig.stop());
  beforeEach(() => rig.settings({}));
  afterEach(() => rig.simulator.faults.clear());

  const move = (id: string, person: Record<string, string>) => rig.send(fact('mover', id, { person }));
  const shown = (id: string) => {
    const profile = rig.simulator.member({ externalId: id })?.profile;
    return [profile?.email, profile?.name.given_name, profile?.name.surname];
  };
  /** Settled: Dropbox shows the address, and nothing else is claimed or waited for. */
  const has = async (id: string, email: string): Promise<void> => {
    await rig.until(id, ({ attention, waiting, plan, profileRevision }) => {
      const { step } = currentStep({ plan, nowMs: Date.now() });
      return profileRevision === step.profileRevision && attention === null && waiting === null;
    });
    assert.equal(shown(id)[0], email);
    const { id: seatId } = await rig.seat(id);
    const claims = await rig.db.select().from(emailClaims).where(eq(emailClaims.holderSeatId, seatId));
    assert.deepEqual(
      claims.map(({ emailKey, state }) => [emailKey, state]),
      [[email, 'owned']],
    );
    const lines = await rig.db.select().from(emailWaiters).where(eq(emailWaiters.seatId, seatId));
    assert.deepEqual(lines, []);
  };
  const outcomes = async (id: string): Promise<string[]> => {
    const { id: seatId } = await rig.seat(id);
    const rows = await rig.db.select().from(intents).where(eq(intents.seatId, seatId)).orderBy(intents.id);
    return rows.map(({ action, outcome }) => `${action} ${outcome}`);
  };

  it('gets the new name by one call, and no call where nothing changes', async () => {
    const id = await active();
    await move(id, { surname: 'Other: "One"' });
    await rig.until(id, (seat) => seat.profileRevision === 2);
    assert.deepEqual(shown(id), [address(id), 'Given', 'Other One']);
    await move(id, { surname: 'Other One' });
    await rig.until(id, (seat) => seat.profileRevision === 3);
    assert.deepEqual(rig.effectsOf(id), ['add', 'set_profile']);
    assert.deepEqual(await outcomes(id), ['add applied', 'update applied']);
    const { details } = rig.simulator.ledger.effects({ externalId: id }).at(-1) ?? {};
    assert.deepEqual(details?.fields, ['surname']);
  });

  it('gets the new address, and the old one is free at once', async () => {
    const id = await active();
    await move(id, { email: address(`${id}-new`) });
    await has(id, address(`${id}-new`));
    await rig.send(joiner(`${id}-next`, { person: { email: address(id) } }));
    await rig.until(`${id}-next`, is('invited'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'set_profile']);
  });

  it('is one move however the address is written', async () => {
    const id = await active();
    await move(id, { email: address(id).toUpperCase() });
    await rig.until(id, (seat) => seat.profileRevision === 2);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('is asked for once although Dropbox hides the names of somebody invited', async () => {
    const id = await invited();
    await move(id, { surname: 'Hidden' });
    await rig.until(id, (seat) => seat.profileRevision === 2);
    rig.simulator.byHand.accept({ externalId: id });
    assert.equal(shown(id)[2], 'Hidden');
    assert.deepEqual(rig.effectsOf(id), ['add', 'set_profile']);
  });

  it('keeps the names that an adopted member had, but for what HR changes afterwards', async () => {
    const id = newId();
    rig.simulator.byHand.add({ email: address(id), givenName: 'As', surname: 'Named' });
    rig.simulator.byHand.accept({ email: address(id) });
    await rig.send(joiner(id));
    await rig.until(id, is('active'));
    assert.deepEqual(shown(id), [address(id), 'As', 'Named']);
    await move(id, { surname: 'Married' });
    await rig.until(id, (seat) => seat.profileRevision === 2);
    assert.deepEqual(shown(id), [address(id), 'As', 'Married']);
  });

  it('comes back from a hold with the name and address that HR has then', async () => {
    const id = await active();
    await rig.send(leaver(id));
    await rig.until(id, is('held'));
    await rig.send(joiner(id, { person: { email: address(`${id}-back`), surname: 'Back' } }));
    await rig.until(id, is('active'));
    await has(id, address(`${id}-back`));
    assert.equal(shown(id)[2], 'Back');
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover', 'set_profile']);
  });

  it('is not changed where provisioning is switched off, but afterwards', async () => {
    const id = await active();
    await rig.settings({ provision: { enabled: false, silent: false } });
    await move(id, { surname: 'Later' });
    await rig.until(id, (seat) => seat.skipped?.action === 'provision');
    assert.deepEqual(rig.effectsOf(id), ['add']);
    await rig.settings({});
    await rig.until(id, (seat) => seat.profileRevision === 2 && seat.skipped === null);
    assert.equal(shown(id)[2], 'Later');
  });

  for (const [how, fault] of LOST) {
    it(`is changed once although the answer is lost: ${how}`, async () => {
      const id = await active();
      rig.simulator.faults.add({ route: SET_PROFILE, count: 1, fault });
      await move(id, { email: address(`${id}-new`), surname: 'New' });
      await has(id, address(`${id}-new`));
      assert.deepEqual(rig.effectsOf(id), ['add', 'set_profile']);
    });
  }

  it('waits for an address that is held, and gets the new name meanwhile', async () => {
    const former = await active();
    const id = await active();
    await rig.send(leaver(former));
    await rig.until(former, is('held'));
    await move(id, { email: address(former), surname: 'Meanwhile' });
    const seat = await rig.until(id, ({ waiting }) => waiting?.kind === 'email');
    assert.ok(seat.waiting?.until);
    await rig.until(id, () => shown(id)[2] === 'Meanwhile');
    assert.equal(shown(id)[0], address(id));
    await has(id, address(former));
    await rig.until(former, is('released'));
  });

  it('asks for attention when somebody else has the address, and goes on when they give it up', async () => {
    const holder = await active();
    const id = await active();
    await move(id, { email: address(holder) });
    await rig.until(id, asks('address_taken'));
    await move(holder, { email: address(`${holder}-new`) });
    await has(id, address(holder));
    await has(holder, address(`${holder}-new`));
  });

  it('who takes the move back stands in nobody’s way', async () => {
    const holder = await active();
    const id = await active();
    await move(id, { email: address(holder) });
    await rig.until(id, asks('address_taken'));
    await move(id, { email: address(id) });
    await rig.until(id, ({ attention }) => attention === null);
    await move(holder, { email: address(`${holder}-new`) });
    await has(holder, address(`${holder}-new`));
    await rig.send(joiner(`${id}-next`, { person: { email: address(holder) } }));
    await rig.until(`${id}-next`, is('invited'));
    await has(id, address(id));
  });

  it('swaps addresses with another, whoever is said first, and three pass theirs on in a circle', async () => {
    const [a, b, c, d] = [await active(), await active(), await active(), await active()];
    await move(a, { email: address(b) });
    await move(b, { email: address(a) });
    await has(a, address(b));
    await has(b, address(a));
    // Back again, the other way round and at the same moment.
    await rig.send(
      fact('mover', b, { person: { email: address(b) } }),
      fact('mover', a, { person: { email: address(a) } }),
    );
    await has(a, address(a));
    await has(b, address(b));
    await rig.send(
      fact('mover', a, { person: { email: address(c) } }),
      fact('mover', c, { person: { email: address(d) } }),
      fact('mover', d, { person: { email: address(a) } }),
    );
    await has(a, address(c));
    await has(c, address(d));
    await has(d, address(a));
  });

  it('swaps addresses although the worker is gone in the middle', async () => {
    const [a, b] = [await active(), await active()];
    const before = rig.effects('set_profile').length;
    rig.simulator.faults.add({ route: SET_PROFILE, fault: { kind: 'delay', delayMs: 400 } });
    await move(a, { email: address(b) });
    await move(b, { email: address(a) });
    while (rig.effects('set_profile').length === before) await sleep(10);
    await rig.stopWorker();
    await sleep(200);
    rig.simulator.faults.clear();
    await rig.startWorker();
    await has(a, address(b));
    await has(b, address(a));
    assert.equal(rig.effects('set_profile').length - before, 3, 'one steps aside, then each takes its own');
  });

  it('swaps nothing where the settings say to ask, until they say otherwise', async () => {
    await rig.settings({ addressSwap: 'ask' });
    const [a, b] = [await active(), await active()];
    await move(a, { email: address(b) });
    await rig.until(a, asks('address_taken'));
    await move(b, { email: address(a) });
    await rig.until(b, asks('address_swap'));
    assert.deepEqual([shown(a)[0], shown(b)[0]], [address(a), address(b)]);
    await rig.settings({});
    await has(a, address(b));
    await has(b, address(a));
  });

  it('gets the own address back when a swap is taken back halfway', async () => {
    const [a, b] = [await active(), await active()];
    await move(a, { email: address(b) });
    await rig.until(a, asks('address_taken'));
    // A's turn never comes: Dropbox keeps the address for somebody else.
    rig.simulator.faults.add({
      route: SET_PROFILE,
      mentions: address(b),
      fault: { kind: 'refused', error: { '.tag': 'email_reserved_for_other_user' } },
    });
    await move(b, { email: address(a) });
    await rig.until(a, asks('address_reserved'));
    await rig.until(b, ({ waiting }) => waiting?.kind === 'email');
    assert.match(String(shown(b)[0]), /^seatkeeper-parked-\w+@corp\.example$/);
    rig.simulator.faults.clear();
    await move(a, { email: address(a) });
    await move(b, { email: address(b) });
    await has(a, address(a));
    await has(b, address(b));
  });
});
