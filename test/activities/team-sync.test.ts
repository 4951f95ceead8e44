import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { members, outbox, people, seats } from '../../drizzle/schema.ts';
import { HOLD_MS, type SyncedTeam, withSyncedTeam } from './synced-team.ts';

const CONTINUE = 'team/members/list/continue_v2';
const UNKNOWN_MEMBER = 'dbmid:nobody-in-dropbox';

describe('the daily sync of members', () => {
  it('records a whole team at first, with roles, statuses and holds, and leaves no staging behind', () =>
    withSyncedTeam({ teamSize: 250, pageSize: 100 }, async (team) => {
      const { events, unknownTypes, sessions, ...report } = await team.sync();
      assert.ok(events > unknownTypes && unknownTypes > 0 && sessions > 0);
      assert.deepEqual(report, {
        members: 250,
        pages: 3,
        joined: 250,
        changed: 0,
        missing: 0,
        seatsWoken: 0,
        gone: 0,
      });
      const roster = await team.roster();
      const counted = { active: 0, invited: 0, suspended: 0, removed: 0 };
      for (const { status } of roster) if (status !== 'unknown') counted[status] += 1;
      assert.deepEqual(counted, team.simulator.team().headcount);

      const { admin } = team.simulator.team();
      const connecting = roster.find((row) => row.teamMemberId === admin?.teamMemberId);
      assert.deepEqual([connecting?.email, connecting?.role], [admin?.email, 'Team']);
      const invited = roster.find(({ status }) => status === 'invited');
      assert.equal(invited?.name, invited?.email);
      assert.equal(invited?.role, 'member');

      const recoverable = roster.filter((row) => row.recoverable === true);
      const claims = await team.db.query.emailClaims.findMany();
      assert.ok(recoverable.length > 0);
      assert.deepEqual(
        claims.map(({ teamMemberId }) => teamMemberId).sort(),
        recoverable.map(({ teamMemberId }) => teamMemberId).sort(),
      );
      assert.ok(
        claims.every(({ heldSince, holdUntil }) => Number(holdUntil) - Number(heldSince) === HOLD_MS),
      );

      const row = await team.syncRow();
      assert.deepEqual([row.status, row.phase, row.processed, row.total], ['succeeded', 'done', 250, 250]);
      assert.equal(await team.staged(), 0);
    }));

  it('takes over what changed since, and nothing else', () =>
    withSyncedTeam({ teamSize: 60, pageSize: 25 }, async (team) => {
      await team.sync();
      const active = (await team.roster()).filter(
        ({ status, role }) => status === 'active' && role === 'member',
      );
      const [renamed, suspended, removed] = active.map(({ email }) => email);
      assert.ok(renamed && suspended && removed);
      const { byHand } = team.simulator;
      byHand.edit({ email: renamed, newGivenName: 'Zoë' });
      byHand.suspend({ email: suspended });
      byHand.remove({ email: removed });
      byHand.add({ email: 'new@corp.example', externalId: 'E7' });
      const report = await team.sync();
      assert.deepEqual([report.members, report.joined, report.changed, report.missing], [61, 1, 3, 0]);
      const byEmail = new Map((await team.roster()).map((row) => [row.email, row]));
      assert.match(byEmail.get(renamed)?.name ?? '', /^Zoë /);
      assert.ok(byEmail.get(suspended)?.suspendedAt);
      assert.deepEqual([byEmail.get(removed)?.status, byEmail.get(removed)?.recoverable], ['removed', true]);
      assert.deepEqual(
        [byEmail.get('new@corp.example')?.externalId, byEmail.get('new@corp.example')?.status],
        ['E7', 'invited'],
      );
      const quiet = await team.sync();
      assert.deepEqual([quiet.joined, quiet.changed], [0, 0]);
    }));

  it('wakes the seat of somebody who accepted the invitation, once', () =>
    withSyncedTeam({ teamSize: 30 }, async (team) => {
      team.simulator.byHand.add({ email: 'ada@corp.example' });
      await team.sync();
      await putSeat(team, { email: 'ada@corp.example', state: 'invited' });
      team.simulator.byHand.accept({ email: 'ada@corp.example' });
      assert.equal((await team.sync()).seatsWoken, 1);
      const [seat] = await team.db.select().from(seats);
      assert.deepEqual([seat?.state, seat?.memberStatus], ['active', 'active']);
      assert.deepEqual(
        (await team.db.select().from(outbox)).map(({ subjectId }) => subjectId),
        ['seat_1'],
      );
    }));

  it('asks Dropbox about members that the listing did not show, and believes that answer only', async () => {
    let hidden: string | undefined;
    await withSyncedTeam(
      {
        teamSize: 40,
        wrapClient: (client) => ({
          ...client,
          // A listing is no snapshot: somebody who moves between two pages can be on neither.
          listMembers: async (input) => {
            const page = await client.listMembers(input);
            return { ...page, members: page.members.filter(({ teamMemberId }) => teamMemberId !== hidden) };
          },
        }),
      },
      async (team) => {
        await team.sync();
        const shown = (await team.roster()).find(({ status }) => status === 'active');
        assert.ok(shown);
        await team.db.insert(members).values({ ...shown, teamMemberId: UNKNOWN_MEMBER });
        hidden = (await team.roster()).find(
          ({ status, role, teamMemberId }) =>
            status === 'active' && role === 'member' && teamMemberId !== UNKNOWN_MEMBER,
        )?.teamMemberId;

        const report = await team.sync();
        assert.deepEqual([report.missing, report.gone], [2, 1]);
        assert.equal(team.calls('team/members/get_info_v2'), 1);
        const statusOf = async (teamMemberId = '') =>
          (await team.roster()).find((row) => row.teamMemberId === teamMemberId)?.status;
        assert.equal(await statusOf(hidden), 'active');
        assert.equal(await statusOf(UNKNOWN_MEMBER), 'removed');
        assert.deepEqual((await team.syncRow()).report?.gone, 1);
      },
    );
  });

  it('asks about many missing members in calls of a hundred, and goes on where a failed call left it', () =>
    withSyncedTeam({ teamSize: 30 }, async (team) => {
      await team.sync();
      const [shown] = (await team.roster()).filter(({ status }) => status === 'active');
      assert.ok(shown);
      await team.db
        .insert(members)
        .values(Array.from({ length: 250 }, (_, i) => ({ ...shown, teamMemberId: `dbmid:nobody-${i}` })));
      const { activities, simulator } = team;
      const syncId = await team.begin();
      await team.attempt(() => activities.listMembers({ syncId }));
      assert.equal((await activities.compareMembers({ syncId })).missing, 250);
      simulator.faults.add({ route: 'team/members/get_info_v2', fault: { kind: 'server_error' }, nth: 3 });
      await assert.rejects(
        team.attempt(() => activities.confirmMissing({ syncId })),
        { code: 'dropbox_unavailable' },
      );
      assert.deepEqual(await team.attempt(() => activities.confirmMissing({ syncId })), { gone: 250 });
      assert.equal(team.calls('team/members/get_info_v2'), 4);
      const gone = (await team.roster()).filter(({ teamMemberId }) =>
        teamMemberId.startsWith('dbmid:nobody'),
      );
      assert.ok(gone.every(({ status }) => status === 'removed'));
    }));

  it('starts lifecycles again that should be open', () => {
    const openRuns = async function* (slug: string) {
      yield `user-lifecycle/${slug}/another`;
    };
    return withSyncedTeam({ teamSize: 30, openRuns }, async (team) => {
      await team.sync();
      const email = (await team.roster()).find(({ status }) => status === 'active')?.email ?? '';
      await putSeat(team, { email, state: 'active' });
      assert.equal((await team.sync()).seatsWoken, 1);
    });
  });

  it('shows its progress while it runs', () =>
    withSyncedTeam({ teamSize: 100, pageSize: 30 }, async (team) => {
      const { activities, simulator } = team;
      const syncId = await team.begin();
      simulator.faults.add({ route: CONTINUE, fault: { kind: 'server_error' }, nth: 2 });
      await assert.rejects(team.attempt(() => activities.listMembers({ syncId })));
      const first = await team.syncRow(syncId);
      assert.deepEqual([first.status, first.phase, first.processed], ['running', 'members', 60]);
      assert.equal(first.total, simulator.team().provisioned);
      assert.equal(first.problem?.code, 'dropbox_unavailable');
      await team.attempt(() => activities.listMembers({ syncId }));
      assert.deepEqual(team.heartbeats.at(-1), { members: 100, pages: 4 });
      const second = await team.syncRow(syncId);
      assert.deepEqual([second.phase, second.total, second.problem], ['activity', null, null]);
    }));
});

async function putSeat(team: SyncedTeam, row: { email: string; state: 'invited' | 'active' }): Promise<void> {
  const { db, connectionId } = team;
  const [member] = await db.select().from(members).where(eq(members.email, row.email));
  assert.ok(member);
  await db.insert(people).values({ externalId: 'E1', ref: 'E1', slices: [] });
  await db.insert(seats).values({
    id: 'seat_1',
    connectionId,
    personId: 'E1',
    workflowId: 'user-lifecycle/corp/E1',
    plan: {
      version: 1,
      steps: [{ at: '2020-01-01T00:00:00Z', desired: 'member', profileRevision: 1, cause: null }],
    },
    planVersion: 1,
    judgedPlan: 1,
    judgedSettings: 1,
    state: row.state,
    memberStatus: row.state,
    teamMemberId: member.teamMemberId,
  });
}
