import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, type ConnectedApp, connectedApp, refusalTag } from './connected-app.ts';

describe('async jobs', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  beforeEach(async () => {
    simulator = await startSimulator({
      teamSize: 30,
      settings: { asyncProbability: 1, jobDurationMs: 60_000 },
    });
    app = connectedApp({ simulator });
  });
  afterEach(() => simulator.close());

  const launchAdd = async (email: string): Promise<string> => {
    const { result } = await app.sdk.teamMembersAddV2({ new_members: [{ member_email: email }] });
    assert.equal(result['.tag'], 'async_job_id');
    return result.async_job_id;
  };
  const poll = (async_job_id: string) => app.sdk.teamMembersAddJobStatusGetV2({ async_job_id });

  it('take effect once, at the time they fall due', async () => {
    const job = await launchAdd('a@corp.example');
    const startedAtMs = simulator.nowMs();
    assert.equal(simulator.ledger.effects({ kind: 'add' }).length, 0);
    simulator.advanceClock(3_600_000);
    for (let time = 0; time < 3; time += 1) await poll(job);
    const [effect, ...rest] = simulator.ledger.effects({ kind: 'add' });
    assert.equal(rest.length, 0);
    assert.ok(Math.abs(Date.parse(effect?.at ?? '') - startedAtMs - 60_000) < 5_000);
  });

  it('are decided when they run: two for one address, and the second finds it taken', async () => {
    const jobs = [await launchAdd('a@corp.example'), await launchAdd('a@corp.example')];
    simulator.advanceClock(60_000);
    const tags: string[] = [];
    for (const job of jobs) {
      const { result } = await poll(job);
      tags.push(result['.tag'] === 'complete' ? (result.complete[0]?.['.tag'] ?? '') : result['.tag']);
    }
    assert.deepEqual(tags, ['success', 'user_already_on_team']);
  });

  it('belong to their route and their team', async () => {
    const job = await launchAdd('a@corp.example');
    assert.equal(
      await refusalTag(app.sdk.teamMembersRemoveJobStatusGet({ async_job_id: job })),
      'invalid_async_job_id',
    );
    const { accessToken } = simulator.issueTokens({ team: 1 });
    const stranger = connectedApp({ simulator, accessToken });
    assert.equal(
      await refusalTag(stranger.sdk.teamMembersAddJobStatusGetV2({ async_job_id: job })),
      'invalid_async_job_id',
    );
    assert.equal(await refusalTag(poll('dbjid:invented')), 'invalid_async_job_id');
  });

  it('are forgotten by time or on demand, and still take effect', async () => {
    const first = await launchAdd('a@corp.example');
    simulator.forgetJobs();
    assert.equal(await refusalTag(poll(first)), 'invalid_async_job_id');
    const second = await launchAdd('b@corp.example');
    simulator.changeSettings({ jobForgottenAfterMs: 120_000 });
    assert.equal((await poll(second)).result['.tag'], 'in_progress');
    simulator.advanceClock(120_000);
    assert.equal(await refusalTag(poll(second)), 'invalid_async_job_id');
    assert.equal(simulator.ledger.effects({ kind: 'add' }).length, 2);
  });

  it('refuse at once what can be seen at once', async () => {
    assert.equal(
      await refusalTag(app.sdk.teamMembersRemove({ user: byEmail('nobody@corp.example') })),
      'user_not_found',
    );
    const { result } = await app.sdk.teamMembersRemove({
      user: byEmail(simulator.team().admin?.email ?? ''),
    });
    assert.equal(result['.tag'], 'async_job_id');
  });

  it('that transfer files end recoverability at once, refuse a second one meanwhile, and are told of by their own route', async () => {
    const admin = simulator.team().admin?.email ?? '';
    const email = 'leaver@corp.example';
    simulator.byHand.add({ email });
    simulator.byHand.accept({ email });
    simulator.byHand.remove({ email });
    const teamMemberId = simulator.member({ email })?.profile.team_member_id ?? '';
    const user = { '.tag': 'team_member_id', team_member_id: teamMemberId } as const;
    const transfer = () =>
      app.sdk.teamMembersMoveFormerMemberFiles({
        user,
        transfer_dest_id: byEmail(admin),
        transfer_admin_id: byEmail(admin),
      });
    const { result } = await transfer();
    assert.equal(result['.tag'], 'async_job_id');
    assert.equal(await refusalTag(transfer()), 'user_data_is_being_transferred');
    assert.equal(await refusalTag(app.sdk.teamMembersRecover({ user })), 'user_unrecoverable');
    const status = async () =>
      (await app.sdk.teamMembersMoveFormerMemberFilesJobStatusCheck({ async_job_id: result.async_job_id }))
        .result['.tag'];
    assert.equal(await status(), 'in_progress');
    simulator.advanceClock(60_000);
    assert.equal(await status(), 'complete');
    assert.equal(await refusalTag(transfer()), 'user_data_already_transferred');
    assert.equal(simulator.ledger.effects({ kind: 'transfer' }).length, 1);
  });

  it('come as often as the probability says, the same for the same seed', async () => {
    simulator.changeSettings({ asyncProbability: 0.5 });
    const count = async (target: ConnectedApp): Promise<string> => {
      let pattern = '';
      for (let index = 0; index < 40; index += 1) {
        const new_members = [{ member_email: `p${index}@corp.example` }];
        const { result } = await target.sdk.teamMembersAddV2({ new_members });
        pattern += result['.tag'] === 'complete' ? '.' : 'j';
      }
      return pattern;
    };
    const pattern = await count(app);
    const jobs = pattern.split('j').length - 1;
    assert.ok(jobs > 8 && jobs < 32, pattern);
    const twin = await startSimulator({ teamSize: 30, settings: { asyncProbability: 0.5 } });
    try {
      assert.equal(await count(connectedApp({ simulator: twin })), pattern);
    } finally {
      await twin.close();
    }
  });
});
