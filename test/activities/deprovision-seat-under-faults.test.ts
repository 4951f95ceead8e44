/** Removing while Dropbox misbehaves: one removal, without wiping, and the hold after it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/simulator/faults.ts';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

const REMOVE = 'team/members/remove';

const LOST: [string, Fault][] = [
  ['is reset before the call takes effect', { kind: 'reset', moment: 'before' }],
  ['is reset after the call took effect', { kind: 'reset', moment: 'after' }],
  ['is a 500 after the call took effect', { kind: 'server_error', status: 500, moment: 'after' }],
  ['is half of the JSON', { kind: 'truncated' }],
  ['is a web page after the call took effect', { kind: 'html', moment: 'after' }],
  ['is a job that ends', { kind: 'job', outcome: 'complete', durationMs: 1_500 }],
  ['is a job that breaks without effect', { kind: 'job', outcome: 'internal_error', durationMs: 300 }],
  [
    'is a job that breaks after its effect',
    { kind: 'job', outcome: 'internal_error_after_effect', durationMs: 300 },
  ],
];

describe('de-provisioning under faults', () => {
  let rig: Rig;
  let counter = 0;
  before(async () => {
    rig = await startRig({ emailHoldMs: 3_000 });
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.simulator.faults.clear();
    rig.simulator.changeSettings({ asyncProbability: 0 });
  });

  const someone = async (): Promise<string> => {
    counter += 1;
    const id = `D${counter}`;
    await rig.send(joiner(id));
    await rig.until(id, (seat) => seat.state === 'invited');
    rig.simulator.byHand.accept({ externalId: id });
    return id;
  };
  const removedOnce = async (id: string): Promise<void> => {
    const held = await rig.until(id, (seat) => seat.state === 'held', 25_000);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
    const [removal] = rig.simulator.ledger.effects({ externalId: id, kind: 'remove' });
    assert.equal(removal?.details.wipeData, false);
    assert.ok((held.holdUntil?.getTime() ?? 0) >= Date.parse(removal?.at ?? '') + 3_000);
  };

  for (const [what, fault] of LOST) {
    it(`removes once and holds the address when the answer ${what}`, async () => {
      const id = await someone();
      rig.simulator.faults.add({ route: REMOVE, count: 1, fault });
      await rig.send(leaver(id));
      await removedOnce(id);
    });
  }

  it('looks for itself when Dropbox forgot the job', async () => {
    const id = await someone();
    rig.simulator.changeSettings({ asyncProbability: 1, jobDurationMs: 1_500 });
    const asked = rig.simulator.ledger.calls({ route: REMOVE }).length;
    await rig.send(leaver(id));
    while (rig.simulator.ledger.calls({ route: REMOVE }).length === asked) await sleep(20);
    rig.simulator.forgetJobs();
    await removedOnce(id);
  });

  it('stays away as long as a 429 asks', async () => {
    const id = await someone();
    rig.simulator.faults.add({
      route: REMOVE,
      count: 1,
      fault: { kind: 'rate_limited', retryAfterSeconds: 2, hint: 'header' },
    });
    await rig.send(leaver(id));
    await removedOnce(id);
    const [first, second] = rig.simulator.ledger.calls({ route: REMOVE }).slice(-2);
    assert.ok(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '') >= 2_000);
  });

  it('releases the address although looks fail meanwhile', async () => {
    const id = await someone();
    await rig.send(leaver(id));
    await removedOnce(id);
    rig.simulator.faults.add({
      route: 'team/members/get_info_v2',
      count: 3,
      fault: { kind: 'server_error', status: 503 },
    });
    await rig.until(id, (seat) => seat.state === 'released', 25_000);
  });
});
