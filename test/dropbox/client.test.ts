import assert from 'node:assert/strict';
import type { Member } from '../../src/dropbox/members.ts';
import { clientOf, failureOf } from './fixtures.ts';
import { authorise, SCOPES, type SimulatedTeam, withTeam } from './simulated-team.ts';

const HOUR_MS = 60 * 60 * 1000;

const newcomer = (email: string) => ({
  email,
  givenName: 'Grace',
  surname: 'Hopper',
  externalId: `HR-${email}`,
  sendWelcomeEmail: false,
});

/** Adds somebody and has them accept. */
async function joined({ client, simulator }: SimulatedTeam, email: string): Promise<string> {
  const added = await client.addMembers({ members: [newcomer(email)] });
  assert.ok(added.outcome === 'complete' && added.results[0]?.outcome === 'success');
  simulator.byHand.accept({ email });
  return added.results[0].member.teamMemberId;
}

async function memberOf({ client }: SimulatedTeam, teamMemberId: string): Promise<Member> {
  const { members } = await client.getMembers({ selectors: [{ teamMemberId }] });
  assert.ok(members[0]);
  return members[0];
}

describe('the Dropbox client on a simulated team', () => {
  it('goes from the authorize page to the team and its admin', async () => {
    await withTeam({ teamSize: 30, licences: 40, teamName: 'Corp' }, async ({ client, grant, simulator }) => {
      assert.equal(grant.teamId, simulator.team().id);
      assert.deepEqual(grant.scopes?.toSorted(), SCOPES.toSorted());
      const { serverTime, fetchedAt, ...info } = await client.teamInfo();
      const { provisioned } = simulator.team();
      assert.deepEqual(info, {
        teamId: grant.teamId,
        name: 'Corp',
        licensed: 40,
        provisioned,
        used: provisioned,
      });
      assert.ok(Math.abs(serverTime.getTime() - Date.now()) < 5_000);
      assert.ok(fetchedAt <= serverTime);
      const { admin } = await client.authenticatedAdmin();
      assert.equal(admin.email, simulator.team().admin?.email);
      assert.equal(admin.status, 'active');
    });
  });

  it('falls back to the provisioned seats where Dropbox does not count the used ones', async () => {
    await withTeam({ teamSize: 30, settings: { usedLicencesAbsent: true } }, async ({ client }) => {
      const { used, provisioned } = await client.teamInfo();
      assert.equal(used, provisioned);
      assert.ok(used > 0);
    });
  });

  it('shows a personal account by the team that is missing, and cannot do anything with it', async () => {
    await withTeam({ teamSize: 10 }, async ({ simulator, oauth }) => {
      const grant = await authorise({ simulator, oauth, as: 'personal', scopes: SCOPES });
      assert.equal('teamId' in grant, false);
      const { accessToken } = grant;
      const source = { current: async () => accessToken, replacing: async () => accessToken };
      const failure = await failureOf(clientOf(simulator.origin, { accessToken: source }).teamInfo());
      assert.equal(failure.code, 'dropbox_rejected_request');
    });
  });

  it('lists everybody, page by page, with the removed ones if asked', async () => {
    await withTeam({ teamSize: 230 }, async ({ client, simulator }) => {
      const walk = async (includeRemoved: boolean) => {
        const members: Member[] = [];
        let page = await client.listMembers({ includeRemoved, limit: 50 });
        members.push(...page.members);
        while (page.hasMore) {
          page = await client.listMembers({ cursor: page.cursor });
          members.push(...page.members);
        }
        return members;
      };
      const { headcount, size } = simulator.team();
      const all = await walk(true);
      assert.equal(new Set(all.map(({ teamMemberId }) => teamMemberId)).size, size);
      for (const status of ['active', 'invited', 'suspended', 'removed'] as const) {
        assert.equal(all.filter((member) => member.status === status).length, headcount[status], status);
      }
      assert.ok(
        all.every(({ status, recoverable }) => (status === 'removed') === (recoverable !== undefined)),
      );
      assert.equal((await walk(false)).length, size - headcount.removed);
    });
  });

  it('follows the clock of Dropbox, not its own', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.advanceClock(8 * 24 * HOUR_MS);
      const page = await client.listMembers({ includeRemoved: true });
      for (const time of [page.serverTime, page.fetchedAt]) {
        assert.ok(Math.abs(time.getTime() - simulator.nowMs()) < 5_000);
      }
    });
  });

  it('refuses a cursor that Dropbox does not know', async () => {
    await withTeam({ teamSize: 10 }, async ({ client }) => {
      const failure = await failureOf(client.listMembers({ cursor: 'nonsense' }));
      assert.equal(failure.code, 'dropbox_refused');
      assert.equal(failure.tag, 'invalid_cursor');
    });
  });

  it('finds members by any of their three names', async () => {
    await withTeam({ teamSize: 10 }, async (team) => {
      const teamMemberId = await joined(team, 'grace@corp.example');
      const { members } = await team.client.getMembers({
        selectors: [
          { email: 'GRACE@corp.example' },
          { externalId: 'nobody' },
          { externalId: 'HR-grace@corp.example' },
          { email: 'nobody@corp.example' },
          { teamMemberId },
          { teamMemberId: 'dbmid:nobody' },
        ],
      });
      assert.deepEqual(
        members.map((member) => member?.teamMemberId ?? null),
        [teamMemberId, null, teamMemberId, null, teamMemberId, null],
      );
    });
  });

  it('finds a removed member whose address Dropbox rewrote', async () => {
    await withTeam({ teamSize: 10, settings: { removedEmailRewritten: true } }, async (team) => {
      const teamMemberId = await joined(team, 'grace@corp.example');
      await team.client.removeMember({ teamMemberId, wipeData: false, keepAccount: false });
      const { members } = await team.client.getMembers({ selectors: [{ email: 'grace@corp.example' }] });
      assert.equal(members[0]?.teamMemberId, teamMemberId);
      assert.notEqual(members[0]?.email, 'grace@corp.example');
    });
  });

  it('adds twenty in one call, and says for each what came of it', async () => {
    const settings = { addFailures: { 'p7@corp.example': 'user_on_another_team' } };
    await withTeam({ teamSize: 10, licences: 500, settings }, async ({ client, simulator }) => {
      const members = Array.from({ length: 20 }, (_, index) => newcomer(`p${index}@corp.example`));
      const first = await client.addMembers({ members });
      assert.ok(first.outcome === 'complete');
      assert.deepEqual(
        first.results.map(({ email }) => email),
        members.map(({ email }) => email),
      );
      assert.equal(first.results.filter(({ outcome }) => outcome === 'success').length, 19);
      assert.deepEqual(first.results[7], {
        email: 'p7@corp.example',
        outcome: 'refused',
        tag: 'user_on_another_team',
      });
      const [invited] = simulator.ledger.effects({ email: 'p0@corp.example', kind: 'add' });
      assert.equal(invited?.externalId, 'HR-p0@corp.example');
      assert.equal(invited?.details.sendWelcomeEmail, false);

      const again = await client.addMembers({ members: [newcomer('P0@Corp.example')] });
      assert.ok(again.outcome === 'complete');
      assert.deepEqual(again.results, [
        { email: 'P0@Corp.example', outcome: 'refused', tag: 'user_already_on_team' },
      ]);
    });
  });

  it('follows an addition that became a job', async () => {
    const settings = { asyncProbability: 1, jobDurationMs: 60_000 };
    await withTeam({ teamSize: 10, settings }, async ({ client, simulator }) => {
      const emails = ['grace@corp.example', 'ada@corp.example'];
      const launch = await client.addMembers({ members: emails.map(newcomer) });
      assert.ok(launch.outcome === 'job');
      const { jobId } = launch;
      assert.equal((await client.addJobStatus({ jobId, emails })).status, 'in_progress');
      simulator.advanceClock(61_000);
      const done = await client.addJobStatus({ jobId, emails });
      assert.ok(done.status === 'complete');
      assert.deepEqual(
        done.results.map(({ outcome }) => outcome),
        ['success', 'success'],
      );
      simulator.forgetJobs();
      const failure = await failureOf(client.addJobStatus({ jobId, emails }));
      assert.equal(failure.tag, 'invalid_async_job_id');
    });
  });

  it('removes without wiping, recovers inside the window and not after it', async () => {
    await withTeam({ teamSize: 10, recoverWindowMs: HOUR_MS }, async (team) => {
      const { client, simulator } = team;
      const teamMemberId = await joined(team, 'grace@corp.example');
      const launch = await client.removeMember({ teamMemberId, wipeData: false, keepAccount: false });
      assert.equal(launch.outcome, 'complete');
      const [removal] = simulator.ledger.effects({ teamMemberId, kind: 'remove' });
      assert.equal(removal?.details.wipeData, false);
      const removed = await memberOf(team, teamMemberId);
      assert.deepEqual([removed.status, removed.recoverable], ['removed', true]);

      await client.recoverMember({ teamMemberId });
      assert.equal((await memberOf(team, teamMemberId)).status, 'active');

      await client.removeMember({ teamMemberId, wipeData: true, keepAccount: false });
      simulator.advanceClock(2 * HOUR_MS);
      assert.equal((await memberOf(team, teamMemberId)).recoverable, false);
      const failure = await failureOf(client.recoverMember({ teamMemberId }));
      assert.equal(failure.code, 'dropbox_refused');
      assert.equal(failure.tag, 'user_unrecoverable');
    });
  });

  it('follows a removal that became a job, or broke', async () => {
    await withTeam({ teamSize: 10 }, async (team) => {
      const { client, simulator } = team;
      const teamMemberId = await joined(team, 'grace@corp.example');
      const settings = { asyncProbability: 1, jobDurationMs: 60_000 };
      simulator.changeSettings({ ...settings, jobOutcome: 'internal_error' });
      const remove = async () => {
        const launch = await client.removeMember({ teamMemberId, wipeData: false, keepAccount: false });
        assert.ok(launch.outcome === 'job');
        assert.equal((await client.removeJobStatus(launch)).status, 'in_progress');
        simulator.advanceClock(61_000);
        return client.removeJobStatus(launch);
      };
      const failure = await failureOf(remove());
      assert.equal(failure.code, 'dropbox_refused');
      assert.equal(failure.tag, 'internal_error');

      simulator.changeSettings({ ...settings, jobOutcome: 'complete' });
      assert.equal((await remove()).status, 'complete');
      assert.equal((await memberOf(team, teamMemberId)).status, 'removed');
    });
  });

  it('refuses to remove the last admin', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      const { admin } = await client.authenticatedAdmin();
      const page = await client.listMembers({ includeRemoved: false });
      for (const { teamMemberId, roles } of page.members) {
        if (roles.length > 0 && teamMemberId !== admin.teamMemberId) {
          simulator.byHand.setRoles({ teamMemberId, roles: [] });
        }
      }
      const { teamMemberId } = admin;
      const failure = await failureOf(
        client.removeMember({ teamMemberId, wipeData: false, keepAccount: false }),
      );
      assert.equal(failure.tag, 'remove_last_admin');
    });
  });

  it('changes only what is named of a profile, and reports the member afterwards', async () => {
    await withTeam({ teamSize: 10 }, async (team) => {
      const { client } = team;
      const teamMemberId = await joined(team, 'grace@corp.example');
      const changes = { externalId: 'E200', email: 'grace.hopper@corp.example' };
      const { member } = await client.setProfile({ teamMemberId, changes });
      assert.deepEqual(
        [member.externalId, member.email, member.surname],
        ['E200', 'grace.hopper@corp.example', 'Hopper'],
      );
      assert.deepEqual(await memberOf(team, teamMemberId), member);
      const failure = await failureOf(client.setProfile({ teamMemberId, changes: {} }));
      assert.equal(failure.tag, 'no_new_data_specified');
    });
  });

  it('suspends without wiping, and lifts the suspension', async () => {
    await withTeam({ teamSize: 10 }, async (team) => {
      const { client, simulator } = team;
      const teamMemberId = await joined(team, 'grace@corp.example');
      await client.suspendMember({ teamMemberId, wipeData: false });
      const [suspension] = simulator.ledger.effects({ teamMemberId, kind: 'suspend' });
      assert.equal(suspension?.details.wipeData, false);
      const suspended = await memberOf(team, teamMemberId);
      assert.equal(suspended.status, 'suspended');
      assert.ok(suspended.suspendedAt);
      await client.unsuspendMember({ teamMemberId });
      assert.equal((await memberOf(team, teamMemberId)).status, 'active');
      const failure = await failureOf(client.unsuspendMember({ teamMemberId }));
      assert.equal(failure.tag, 'unsuspend_non_suspended_member');
    });
  });

  it('sends another welcome mail, to somebody who is there', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      await client.addMembers({ members: [newcomer('grace@corp.example')] });
      const { teamMemberId } = simulator.ledger.effects({ email: 'grace@corp.example' })[0] ?? {};
      assert.ok(teamMemberId);
      const { serverTime } = await client.sendWelcomeEmail({ teamMemberId });
      assert.ok(serverTime);
      const failure = await failureOf(client.sendWelcomeEmail({ teamMemberId: 'dbmid:nobody' }));
      assert.equal(failure.tag, 'user_not_found');
    });
  });

  it('says that no seat is left', async () => {
    await withTeam({ teamSize: 10, licences: 10 }, async ({ client, simulator }) => {
      simulator.setLicences({ licences: simulator.team().provisioned });
      const added = await client.addMembers({ members: [newcomer('grace@corp.example')] });
      assert.ok(added.outcome === 'complete');
      assert.deepEqual(added.results, [
        { email: 'grace@corp.example', outcome: 'refused', tag: 'team_license_limit' },
      ]);
    });
  });
});
