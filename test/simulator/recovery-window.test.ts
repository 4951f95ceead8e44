import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, connectedApp, refusalTag } from './connected-app.ts';

const DAY_MS = 86_400_000;

describe('the recovery window, by the simulated clock', () => {
  let simulator: Simulator;
  const email = 'leaver@corp.example';

  beforeEach(async () => {
    simulator = await startSimulator({
      teamSize: 10,
      settings: { asyncProbability: 0, accessTokenLifetimeMs: 30 * DAY_MS },
    });
    simulator.byHand.add({ email, externalId: 'E1' });
    simulator.byHand.accept({ email });
    simulator.byHand.remove({ email });
  });
  afterEach(() => simulator.close());

  const isRecoverable = (): boolean => {
    const status = simulator.member({ externalId: 'E1' })?.profile.status;
    return status?.['.tag'] === 'removed' && status.is_recoverable;
  };
  const addAgain = async (): Promise<string> => {
    const { sdk } = connectedApp({ simulator });
    const new_members = [{ member_email: email, member_external_id: 'E1' }];
    const { result } = await sdk.teamMembersAddV2({ new_members });
    return result['.tag'] === 'complete' ? (result.complete[0]?.['.tag'] ?? '') : '';
  };

  it('keeps the address and the external id for seven days, then frees both', async () => {
    simulator.advanceClock(7 * DAY_MS - 60_000);
    assert.equal(isRecoverable(), true);
    assert.equal(await addAgain(), 'user_already_on_team');
    const { sdk } = connectedApp({ simulator });
    const holder = sdk.teamMembersAddV2({
      new_members: [{ member_email: 'x@corp.example', member_external_id: 'E1' }],
    });
    assert.deepEqual((await holder).result, {
      '.tag': 'complete',
      complete: [{ '.tag': 'duplicate_external_member_id', duplicate_external_member_id: 'x@corp.example' }],
    });
    simulator.advanceClock(60_000);
    assert.equal(isRecoverable(), false);
    assert.equal(await refusalTag(sdk.teamMembersRecover({ user: byEmail(email) })), 'user_unrecoverable');
    assert.equal(await addAgain(), 'success');
    // The new member is somebody else, and is whom the address now means.
    assert.equal(simulator.member({ email })?.profile.status['.tag'], 'invited');
  });

  it('opens again when the clock is turned back', () => {
    simulator.advanceClock(8 * DAY_MS);
    assert.equal(isRecoverable(), false);
    simulator.advanceClock(-2 * DAY_MS);
    assert.equal(isRecoverable(), true);
  });

  it('tells its time in the Date header of every answer', async () => {
    simulator.advanceClock(100 * DAY_MS);
    for (const path of ['/2/team/get_info', '/oauth2/token', '/simulator', '/oauth2/authorize']) {
      const method = path.startsWith('/2') || path.endsWith('token') ? 'POST' : 'GET';
      const date = (await fetch(`${simulator.origin}${path}`, { method })).headers.get('date') ?? '';
      assert.ok(Math.abs(Date.parse(date) - simulator.nowMs()) < 5_000, `${path} ${date}`);
      assert.ok(Date.parse(date) - Date.now() > 99 * DAY_MS);
    }
  });

  it('can be shorter than seven days', async () => {
    const brief = await startSimulator({ teamSize: 10, recoverWindowMs: 1_000 });
    try {
      brief.byHand.add({ email });
      brief.byHand.accept({ email });
      brief.byHand.remove({ email });
      brief.advanceClock(1_000);
      assert.throws(() => brief.byHand.recover({ email }), { code: 'simulator_usage' });
    } finally {
      await brief.close();
    }
  });

  it('restores a suspended member as active, or as before, as set', async () => {
    for (const [recoveredState, expected] of [
      ['active', 'active'],
      ['as_before', 'suspended'],
    ] as const) {
      simulator.changeSettings({ recoveredState });
      const paused = `${recoveredState}@corp.example`;
      simulator.byHand.add({ email: paused });
      simulator.byHand.accept({ email: paused });
      simulator.byHand.suspend({ email: paused });
      simulator.byHand.remove({ email: paused });
      simulator.byHand.recover({ email: paused });
      assert.equal(simulator.member({ email: paused })?.profile.status['.tag'], expected);
    }
  });
});
