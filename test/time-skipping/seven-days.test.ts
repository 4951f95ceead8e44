import assert from 'node:assert/strict';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

const HOUR_MS = 3_600_000;
const SEVEN_DAYS_MS = 7 * 24 * HOUR_MS;
const EMAIL = 'ada@corp.example';
/** Maven may have to fetch the server first. */
const FIRST_TIME_MS = 330_000;

describe('the real seven days of a hold, with time skipped', () => {
  let temporal: TimeSkipping;
  let rig: Rig;

  before(async function () {
    this.timeout(FIRST_TIME_MS);
    temporal = await startTimeSkipping();
    process.stdout.write(`    time-skipping server: ${temporal.source}\n`);
    rig = await startRig({
      temporalAddress: temporal.address,
      emailHoldMs: SEVEN_DAYS_MS,
      // The worker's clock does not skip, so nothing would tell it that its access token has expired.
      team: { settings: { asyncProbability: 0, accessTokenLifetimeMs: 2 * SEVEN_DAYS_MS } },
    });
  });
  after(async () => {
    await rig?.stop();
    await temporal?.env.teardown();
  });

  /** Dropbox first: when Temporal's timers fire, Dropbox must agree that the time has come. */
  const skip = async (ms: number): Promise<void> => {
    rig.simulator.advanceClock(ms);
    await temporal.env.sleep(ms);
  };

  const isRunning = async (personId: string): Promise<boolean> => {
    const { workflowId } = await rig.seat(personId);
    const { status } = await rig.client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  };

  it('are waited out to the end, and then the next person gets the address by one add', async () => {
    const { simulator } = rig;
    await rig.send(joiner('E1', { person: { email: EMAIL } }));
    await rig.until('E1', ({ state }) => state === 'invited');
    await rig.send(leaver('E1'));
    const { holdUntil } = await rig.until('E1', ({ state }) => state === 'held');
    const [removal] = simulator.ledger.effects({ kind: 'remove', externalId: 'E1' });
    assert.ok(holdUntil !== null && removal !== undefined);
    const removedAtMs = Date.parse(removal.at);
    // Dropbox tells its time in whole seconds, so the hold is rounded up, never down.
    const heldForMs = holdUntil.getTime() - removedAtMs;
    assert.ok(heldForMs >= SEVEN_DAYS_MS, `held for ${heldForMs} ms`);
    assert.ok(heldForMs <= SEVEN_DAYS_MS + 3_000, `held for ${heldForMs} ms`);

    await rig.send(joiner('E2', { person: { email: EMAIL } }));
    const waiting = await rig.until('E2', (seat) => seat.waiting !== null);
    assert.equal(waiting.state, 'waiting');
    assert.equal(waiting.waiting?.kind, 'email');
    assert.equal(waiting.waiting.until, holdUntil.toISOString());

    await skip(SEVEN_DAYS_MS - HOUR_MS);
    assert.ok((await temporal.env.currentTimeMs()) > removedAtMs + SEVEN_DAYS_MS - HOUR_MS);
    assert.equal((await rig.seat('E1')).state, 'held');
    assert.equal((await rig.seat('E2')).state, 'waiting');
    assert.ok(await isRunning('E1'), 'the lifecycle waits for the end of the hold');
    assert.equal(simulator.member({ externalId: 'E1' })?.profile.status['.tag'], 'removed');

    const before = simulator.ledger.position;
    await skip(HOUR_MS + 5_000);
    await rig.until('E1', ({ state }) => state === 'released', 30_000);
    await rig.until('E2', ({ state }) => state === 'invited', 30_000);
    const adds = simulator.ledger.effects({ kind: 'add', email: EMAIL });
    assert.deepEqual(
      adds.map(({ externalId }) => externalId),
      ['E1', 'E2'],
    );
    assert.ok(Date.parse(adds[1]?.at ?? '') >= holdUntil.getTime(), 'not before the hold ended');
    assert.equal(simulator.ledger.calls({ route: 'team/members/add_v2', since: before }).length, 1);
    assert.equal(rig.effects('recover').length, 0);

    const { workflowId } = await rig.seat('E1');
    const result: unknown = await rig.client.workflow.getHandle(workflowId).result();
    assert.deepEqual(result, { state: 'released', planVersion: (await rig.seat('E1')).planVersion });
    assert.ok(await isRunning('E2'));
  });
});
