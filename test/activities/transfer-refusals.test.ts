/** The refusals of a transfer, played against the simulator at the end of a hold: one seat a row, all at once. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTENTION } from '../../src/domain/attention.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { ACTING, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { JOB_TAGS, TRANSFER, TRANSFER_ROWS } from './refusal-table.ts';

/** Patience, not a measure: the machine may be busy. */
const WITHIN_MS = 50_000;
const RECEIVER = 'RECEIVER';

const accepted = async (rig: Rig, ids: string[]): Promise<void> => {
  await rig.send(...ids.map((id) => joiner(id, { person: { managerExternalId: RECEIVER } })));
  for (const id of ids) await rig.until(id, ({ state }) => state === 'invited', WITHIN_MS);
  for (const id of ids) rig.simulator.byHand.accept({ externalId: id });
};
const toManager = (rig: Rig): Promise<void> =>
  rig.settings({ deprovision: { ...ACTING.deprovision, transferTo: 'manager' } });
const memberId = (rig: Rig, id: string): string =>
  rig.simulator.member({ externalId: id })?.profile.team_member_id ?? '';
const callsAbout = (rig: Rig, id: string): number =>
  rig.simulator.ledger
    .calls({ route: TRANSFER })
    .filter(({ body }) => JSON.stringify(body).includes(memberId(rig, id))).length;
const strike = ({ rig, id, fault, count }: { rig: Rig; id: string; fault: Fault; count?: number }): void => {
  const rule = { route: TRANSFER, fault, mentions: memberId(rig, id) };
  rig.simulator.faults.add(count === undefined ? rule : { ...rule, count });
};

describe('what a seat does about the refusal of a transfer', () => {
  let rig: Rig;
  const played = TRANSFER_ROWS.map((row, i) => ({ ...row, id: `T${i}` }));
  before(async function () {
    this.timeout(3 * WITHIN_MS);
    rig = await startRig({ emailHoldMs: 4_000, team: { licences: 500 } });
    await toManager(rig);
    await accepted(rig, [RECEIVER, ...played.map(({ id }) => id)]);
    for (const { id, tag } of played) {
      strike({ rig, id, fault: { kind: 'refused', error: { '.tag': tag } } });
    }
    await rig.send(...played.map(({ id }) => leaver(id)));
    const isOver = (seat: Seat): boolean =>
      seat.attention !== null || seat.waiting !== null || seat.state === 'released';
    // Whatever does not stop is told by its own row.
    await Promise.allSettled(
      played.map(({ id }) => rig.until(id, (seat) => isOver(seat) && callsAbout(rig, id) > 0, WITHIN_MS)),
    );
  });
  after(() => rig.stop());

  for (const { id, tag, ends, calls } of played) {
    it(`${tag}: ${'asks' in ends ? ends.asks : 'waits' in ends ? 'waits' : 'goes on'}`, async () => {
      const seat = await rig.seat(id);
      assert.equal(seat.state, 'released' in ends ? 'released' : 'held');
      assert.equal(seat.attention?.code ?? null, 'asks' in ends ? ends.asks : null);
      if ('asks' in ends) {
        assert.equal(seat.attention?.tag, tag);
        assert.match(ATTENTION[ends.asks].message, ends.reads);
      }
      if ('waits' in ends) {
        assert.ok(seat.waiting?.lookAgainAt !== undefined);
        assert.ok(callsAbout(rig, id) >= calls);
      } else assert.equal(callsAbout(rig, id), calls);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
    });
  }

  it('asks nothing more of Dropbox where a person must look', async () => {
    const about = played.filter(({ ends }) => 'asks' in ends).map(({ id }) => memberId(rig, id));
    const since = rig.simulator.ledger.position;
    await sleep(2_500);
    const calls = rig.simulator.ledger.calls({ since }).map(({ body }) => JSON.stringify(body));
    assert.deepEqual(
      calls.filter((body) => about.some((id) => body.includes(id))),
      [],
    );
  });

  it('has the files transferred once the refusal is over, where it only waits', async () => {
    rig.simulator.faults.clear();
    for (const { id, ends } of played) {
      if (!('waits' in ends)) continue;
      await rig.until(id, ({ state }) => state === 'released', WITHIN_MS);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'transfer']);
    }
  });
});

describe('a transfer whose job Dropbox does not tell of', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 2_000, team: { licences: 500 } });
    await toManager(rig);
    await accepted(rig, [RECEIVER]);
  });
  after(() => rig.stop());

  it('is asked for again, and made once, whatever the tag of the refusal', async () => {
    const ids = JOB_TAGS.map((_, i) => `S4${i}`);
    for (const [i, tag] of JOB_TAGS.entries()) {
      rig.simulator.faults.add({
        route: `${TRANSFER}/job_status/check`,
        nth: i + 1,
        fault: { kind: 'refused', error: { '.tag': tag } },
      });
    }
    await accepted(rig, ids);
    for (const id of ids) {
      strike({ rig, id, fault: { kind: 'job', outcome: 'complete', durationMs: 100 }, count: 1 });
      await rig.send(leaver(id));
    }
    for (const id of ids) {
      await rig.until(id, ({ state }) => state === 'released', WITHIN_MS);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'transfer']);
    }
  });
});
