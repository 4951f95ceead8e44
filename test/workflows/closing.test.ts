/**
 * A run that ends, and one that continues as new, lose no message: facts come in at just these moments, and everybody
 * ends as the last one says. On a server of its own that has runs continue after a few dozen events of history.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentStep } from '../../src/domain/plan.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

const HOLD_MS = 1_000;
const PEOPLE = Array.from({ length: 6 }, (_, i) => `C${i}`);

describe('the end of a run', () => {
  let temporal: TestTemporal;
  let rig: Rig;
  before(async () => {
    temporal = await startTestTemporal({
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '40' },
    });
    rig = await startRig({ emailHoldMs: HOLD_MS, temporalAddress: temporal.address });
  });
  after(async () => {
    await rig.stop();
    await temporal.stop();
  });

  const isUpToDate = ({ plan, profileRevision }: Seat): boolean =>
    currentStep({ plan, nowMs: Date.now() }).step.profileRevision === profileRevision;
  const runsOf = async (id: string): Promise<string[]> => {
    const { workflowId } = await rig.seat(id);
    const statuses: string[] = [];
    for await (const { status } of rig.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
      statuses.push(status.name);
    }
    return statuses;
  };

  it('that continues as new carries over what came in meanwhile', async () => {
    await rig.send(...PEOPLE.map((id) => joiner(id)));
    for (const id of PEOPLE) await rig.until(id, ({ state }) => state === 'invited');
    for (let round = 1; round <= 12; round += 1) {
      const moves = PEOPLE.map((id) => fact('mover', id, { person: { surname: `${id} ${round}` } }));
      // Together, one by one, and at whatever moment the run before is at.
      await rig.send(...moves.slice(0, 3));
      for (const move of moves.slice(3)) await rig.send(move);
      await sleep((round * 37) % 150);
    }
    for (const id of PEOPLE) {
      await rig.until(id, isUpToDate, 30_000);
      assert.equal(rig.simulator.member({ externalId: id })?.profile.name.surname, `${id} 12`);
    }
    const runs = (await Promise.all(PEOPLE.map(runsOf))).flat();
    assert.ok(runs.includes('CONTINUED_AS_NEW'), runs.join(' '));
    assert.ok(!runs.includes('FAILED'), runs.join(' '));
  });

  it('that completes at the end of a hold begins anew for whoever comes back at that moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      await rig.send(...PEOPLE.map((id) => leaver(id)));
      const leaving = await Promise.all(PEOPLE.map((id) => rig.until(id, ({ state }) => state === 'held')));
      await Promise.all(
        leaving.map(async ({ personId, holdUntil }, i) => {
          // From a little before the end of the hold until a little after it.
          await sleep(Math.max(0, Number(holdUntil) - Date.now() - 120 + i * 60 + round * 15));
          await rig.send(joiner(personId, { person: { surname: `${personId} back ${round}` } }));
        }),
      );
      for (const id of PEOPLE) {
        await rig.until(id, (seat) => seat.state === 'invited' && isUpToDate(seat), 30_000);
      }
    }
    for (const id of PEOPLE) {
      const effects = rig.effectsOf(id).filter((kind) => kind === 'add' || kind === 'remove');
      // Nobody is invited twice in a row, nor removed twice.
      const inTurn = Array.from({ length: 17 }, (_, i) => (i % 2 === 0 ? 'add' : 'remove'));
      assert.deepEqual(effects, inTurn, id);
    }
    const runs = (await Promise.all(PEOPLE.map(runsOf))).flat();
    assert.ok(runs.includes('COMPLETED'), runs.join(' '));
    assert.ok(!runs.includes('FAILED'), runs.join(' '));
  });
});
