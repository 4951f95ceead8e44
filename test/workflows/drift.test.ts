/** What somebody changed in Dropbox: a sync finds it, an operator decides, and the decision stands. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptSeat, approveSeat } from '../../src/commands/drift-decisions.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { deleteSchedule } from '../../src/commands/relay/tell-sync.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { ACTING, fact, leaver, type Rig, startRig } from '../support/rig.ts';
import { somePeople } from '../support/some-people.ts';
import { syncNow } from '../support/sync-now.ts';

const SUSPENDS = { suspend: { enabled: true, wipe: false } };
const is = (state: Seat['state']) => (seat: Seat) => seat.state === state && seat.attention === null;
const isConflict = (error: unknown) => error instanceof CommandRefusal && error.code === 'state_conflict';

describe('a change made in Dropbox', () => {
  let rig: Rig;
  const { active, held } = somePeople({ rig: () => rig, prefix: 'D' });
  before(async () => {
    rig = await startRig({ emailHoldMs: 30_000 });
  });
  after(async () => {
    await deleteSchedule(rig);
    await rig.stop();
  });
  beforeEach(() => rig.settings(SUSPENDS));

  const deciding = (personId: string) => ({
    db: rig.db,
    connectionId: rig.connectionId,
    personId,
    actor: 'test',
    now: new Date(),
  });
  /** The sync sees what was done by hand; a listing of the same second as a read-back would decide nothing. */
  const found = async (...ids: string[]): Promise<void> => {
    await sleep(2_100);
    const run = await syncNow(rig);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.problem));
    for (const id of ids) await rig.until(id, (seat) => seat.attention?.code === 'drift');
  };
  const statusOf = (id: string) => rig.simulator.member({ externalId: id })?.profile.status['.tag'];

  it('is reverted when the operator approves the plan: recovered, unsuspended, removed again', async () => {
    const removed = await active();
    const suspended = await active();
    const recovered = await held();
    rig.simulator.byHand.remove({ externalId: removed });
    rig.simulator.byHand.suspend({ externalId: suspended });
    rig.simulator.byHand.recover({ externalId: recovered });
    const { holdUntil: before } = await rig.seat(recovered);
    await found(removed, suspended, recovered);
    for (const id of [removed, suspended, recovered]) await approveSeat(deciding(id));
    await rig.until(removed, is('active'));
    await rig.until(suspended, is('active'));
    const again = await rig.until(recovered, is('held'));
    assert.deepEqual(
      [statusOf(removed), statusOf(suspended), statusOf(recovered)],
      ['active', 'active', 'removed'],
    );
    assert.deepEqual(rig.effectsOf(removed), ['add', 'recover']);
    assert.deepEqual(rig.effectsOf(suspended), ['add', 'unsuspend']);
    assert.deepEqual(rig.effectsOf(recovered), ['add', 'remove', 'remove']);
    assert.ok(Number(again.holdUntil) > Number(before), 'the second removal begins a hold of its own');
  });

  it('is accepted when the operator adopts it, and stays so until a later fact', async () => {
    const removed = await active();
    const suspended = await active();
    const recovered = await held();
    rig.simulator.byHand.remove({ externalId: removed });
    rig.simulator.byHand.suspend({ externalId: suspended });
    rig.simulator.byHand.recover({ externalId: recovered });
    await found(removed, suspended, recovered);
    for (const id of [removed, suspended, recovered]) await adoptSeat(deciding(id));
    await rig.until(removed, is('held'));
    await rig.until(suspended, is('suspended'));
    await rig.until(recovered, is('active'));
    assert.deepEqual(rig.effectsOf(removed), ['add']);
    assert.deepEqual(rig.effectsOf(suspended), ['add']);
    assert.deepEqual(rig.effectsOf(recovered), ['add', 'remove']);
    // What does not concern the state ends no decision; what does, ends it.
    await rig.send(fact('mover', suspended, { person: { surname: 'Other' } }));
    await rig.until(suspended, is('suspended'));
    await rig.send(fact('reinstatement', suspended), leaver(recovered));
    await rig.until(suspended, (seat) => is('active')(seat) && seat.profileRevision === 2);
    await rig.until(recovered, is('held'));
    assert.equal(rig.simulator.member({ externalId: suspended })?.profile.name.surname, 'Other');
  });

  it('cannot be adopted where the action that follows is switched off, nor decided about where there is none', async () => {
    const id = await active();
    await assert.rejects(approveSeat(deciding(id)), isConflict);
    await assert.rejects(adoptSeat(deciding(id)), isConflict);
    rig.simulator.byHand.remove({ externalId: id });
    await found(id);
    await rig.settings({ deprovision: { ...ACTING.deprovision, enabled: false } });
    await assert.rejects(adoptSeat(deciding(id)), isConflict);
    await rig.settings({});
    await adoptSeat(deciding(id));
    await rig.until(id, is('held'));
    await assert.rejects(adoptSeat(deciding(id)), isConflict);
  });
});
