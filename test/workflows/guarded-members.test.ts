/** Members that must stay, whatever HR says: refused before any call that changes them. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, ne } from 'drizzle-orm';
import { members } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { syncNow } from '../support/sync-now.ts';

const WITHIN_MS = 40_000;
const SUSPENDS = { suspend: { enabled: true, wipe: false } };
const is = (state: Seat['state']) => (seat: Seat) => seat.state === state;
const asks = (code: string) => (seat: Seat) => seat.attention?.code === code;

describe('a member who must stay', function () {
  this.timeout(120_000);
  let rig: Rig;
  let counter = 0;
  beforeEach(async () => {
    rig = await startRig({ emailHoldMs: 60_000 });
    await rig.settings(SUSPENDS);
  });
  afterEach(() => rig.stop());

  const active = async (...roles: string[]): Promise<string> => {
    counter += 1;
    const id = `G${counter}`;
    await rig.send(joiner(id));
    await rig.until(id, is('invited'), WITHIN_MS);
    rig.simulator.byHand.accept({ externalId: id });
    rig.simulator.byHand.setRoles({ externalId: id, roles });
    return id;
  };
  const sync = async (): Promise<void> => {
    // Dropbox counts whole seconds, and a listing is as old as its question: two seconds tell it from a read-back.
    await sleep(2_500);
    const run = await syncNow(rig);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.problem));
  };
  /** Everybody but this person loses the full role; whoever connected the team keeps a lesser one. */
  const onlyAdmin = async (id: string): Promise<void> => {
    await sync();
    const { admin } = rig.simulator.team();
    const listed = await rig.db
      .select()
      .from(members)
      .where(and(ne(members.role, 'member'), ne(members.status, 'removed')));
    for (const { teamMemberId, externalId } of listed) {
      if (externalId === id) continue;
      const roles = teamMemberId === admin?.teamMemberId ? ['Support'] : [];
      rig.simulator.byHand.setRoles({ teamMemberId, roles });
    }
    await sync();
  };
  const retry = (personId: string) =>
    retrySeat({ db: rig.db, connectionId: rig.connectionId, personId, actor: 'test' });
  const callsOf = (route: string): number => rig.simulator.ledger.calls({ route }).length;

  it('is the last admin, who is neither suspended nor removed until there is another', async () => {
    const id = await active('Team');
    await onlyAdmin(id);
    await rig.send(fact('suspension', id));
    await rig.until(id, asks('last_admin'), WITHIN_MS);
    await rig.send(leaver(id));
    await rig.until(id, (seat) => seat.planVersion === 3 && asks('last_admin')(seat), WITHIN_MS);
    assert.deepEqual([callsOf('team/members/suspend'), callsOf('team/members/remove')], [0, 0]);
    await active('Team');
    await sync();
    await retry(id);
    await rig.until(id, is('held'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('is not an admin beside whom another one is listed', async () => {
    const [id, other] = [await active('Team'), await active('Team')];
    await onlyAdmin(id);
    rig.simulator.byHand.setRoles({ externalId: other, roles: ['Team'] });
    await sync();
    await rig.send(leaver(id));
    await rig.until(id, is('held'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('is any admin where the settings protect them, and nobody else', async () => {
    await rig.settings({ ...SUSPENDS, protectAdmins: true });
    const [helper, plain] = [await active('Support'), await active()];
    await rig.send(fact('suspension', helper), leaver(plain));
    await rig.until(helper, asks('admin_protected'), WITHIN_MS);
    await rig.until(plain, is('held'), WITHIN_MS);
    assert.equal(callsOf('team/members/suspend'), 0);
    await rig.settings(SUSPENDS);
    await rig.until(helper, is('suspended'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(helper), ['add', 'suspend']);
  });

  it('is whoever Seatkeeper was never asked to look after', async () => {
    const { byHand, ledger } = rig.simulator;
    await rig.send(fact('mover', 'G-claims'), fact('mover', 'G-assigned'));
    await rig.assign({ people: ['G-claims', 'G-assigned'] });
    const email = 'theirs@corp.example';
    byHand.add({ email, externalId: 'G-theirs' });
    byHand.accept({ email });
    byHand.add({ email: 'g-stranger@corp.example', externalId: 'G-stranger' });
    byHand.accept({ externalId: 'G-stranger' });
    await sync();
    const since = ledger.position;
    // A member by external id and address, but not assigned; and somebody of whom nothing was ever said.
    await rig.send(joiner('G-stranger'), leaver('G-unknown', { occurredAt: new Date().toISOString() }));
    await rig.send(fact('suspension', 'G-stranger'));
    await rig.send(leaver('G-stranger'));
    // Assigned, with the address of a member who carries another external id.
    await rig.send(joiner('G-claims', { person: { email } }));
    await rig.until('G-claims', asks('former_identity'), WITHIN_MS);
    await rig.send(fact('suspension', 'G-claims'));
    await rig.until('G-claims', is('waiting'), WITHIN_MS);
    await rig.send(leaver('G-claims'));
    await rig.until('G-claims', is('released'), WITHIN_MS);
    // Only then has a person of whom a seat is expected gone through: nothing of the above is still on its way.
    await rig.send(joiner('G-assigned'));
    await rig.until('G-assigned', is('invited'), WITHIN_MS);
    const changes = ledger.effects({ since }).filter(({ by }) => by === 'api');
    assert.deepEqual(
      changes.map(({ kind, externalId }) => [kind, externalId]),
      [['add', 'G-assigned']],
    );
    await assert.rejects(rig.seat('G-stranger'), /no seat/);
    for (const externalId of ['G-theirs', 'G-stranger']) {
      assert.equal(rig.simulator.member({ externalId })?.profile.status['.tag'], 'active');
    }
  });

  it('is not touched by a sync either, whatever is unlike what it was', async () => {
    rig.simulator.byHand.add({ email: 'loose@corp.example' });
    await sync();
    rig.simulator.byHand.accept({ email: 'loose@corp.example' });
    rig.simulator.byHand.suspend({ email: 'loose@corp.example' });
    const since = rig.simulator.ledger.position;
    await sync();
    assert.deepEqual(
      rig.simulator.ledger.effects({ since }).filter(({ by }) => by === 'api'),
      [],
    );
    const [row] = await rig.db.select().from(members).where(eq(members.emailKey, 'loose@corp.example'));
    assert.equal(row?.status, 'suspended');
  });
});
