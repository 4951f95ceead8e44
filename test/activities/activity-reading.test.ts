import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import { connections, memberDormancy } from '../../drizzle/schema.ts';
import {
  activityOf,
  ago,
  anyone,
  BEGIN,
  CONTINUE,
  DAY_MS,
  dormancyOf,
  HOUR_MS,
  listed,
  logOf,
  near,
  QUIET,
  record,
  setThreshold,
  startTimes,
  TEAM,
  untilItSucceeds,
} from './read-log.ts';
import { type SyncedTeam, withSyncedTeam } from './synced-team.ts';

describe('the reading of the audit log in a sync', () => {
  it('goes back as far as the threshold needs at first, and a day before the last one after that', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 45);
      assert.equal((await team.sync()).events, 45);
      near(startTimes(team)[0], Date.now() - 61 * DAY_MS);
      const log = await logOf(team);
      near(log.coveredThrough?.getTime(), team.simulator.nowMs());
      near(log.coveredFrom?.getTime(), Date.now() - 61 * DAY_MS);
      assert.deepEqual([log.reading, log.cursor, log.problem, log.hasFileEvents], [null, null, null, true]);
      assert.equal((await activityOf(team, teamMemberId))?.source, 'audit_log/file_edit');
      assert.ok((await dormancyOf(team)).true > 0);

      const lastTime = log.coveredThrough?.getTime() ?? 0;
      team.simulator.advanceClock(6 * HOUR_MS);
      team.simulator.activity.addEvents({ events: [{ type: 'login_success', teamMemberId }] });
      assert.equal((await team.sync()).events, 1);
      near(startTimes(team)[1], lastTime - DAY_MS);
      assert.equal((await activityOf(team, teamMemberId))?.source, 'audit_log/login_success');
    }));

  it('sees an event that reached the log after a later one was read', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      await team.sync();
      const at = ago(20 * HOUR_MS);
      const visibleAt = team.simulator.nowMs() + HOUR_MS;
      team.simulator.activity.addEvents({
        events: [{ type: 'file_add', teamMemberId, at, visibleAt: new Date(visibleAt).toISOString() }],
      });
      await team.sync();
      assert.equal(await activityOf(team, teamMemberId), null);
      team.simulator.advanceClock(2 * HOUR_MS);
      await team.sync();
      assert.deepEqual(await activityOf(team, teamMemberId), { at, source: 'audit_log/file_add' });
    }));

  it('calls nobody dormant before the end was reached, and goes on there after a crash', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 45);
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'server_error' }, nth: 2 });
      const syncId = await listed(team);
      await assert.rejects(team.attempt(() => team.activities.readActivity({ syncId })));
      assert.equal((await logOf(team)).coveredThrough, null);
      assert.equal((await dormancyOf(team)).true, 0);
      const { phase, processed, problem } = await team.syncRow(syncId);
      assert.deepEqual([phase, processed, problem?.code], ['activity', 20, 'dropbox_unavailable']);

      const read = await team.attempt(() => team.activities.readActivity({ syncId }));
      assert.deepEqual(read, { events: 45, unknownTypes: 0 });
      assert.equal(team.calls(BEGIN), 1);
      assert.equal((await team.syncRow(syncId)).problem, null);
      assert.ok(team.heartbeats.some(({ events }) => events === 20));
      assert.deepEqual(await team.attempt(() => team.activities.readActivity({ syncId })), read);
      assert.equal(team.calls(BEGIN), 1);
    }));

  it('finishes in the next sync what one left unfinished, and reads what came since', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 45);
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'server_error' }, nth: 2 });
      const syncId = await listed(team);
      await assert.rejects(team.attempt(() => team.activities.readActivity({ syncId })));
      await team.activities.failSync({ syncId, code: 'sync_interrupted' });
      team.simulator.advanceClock(HOUR_MS);
      team.simulator.activity.addEvents({ events: [{ type: 'login_success', teamMemberId }] });
      await team.sync();
      assert.deepEqual(startTimes(team).length, 2);
      near((await logOf(team)).coveredThrough?.getTime(), team.simulator.nowMs());
      assert.equal((await activityOf(team, teamMemberId))?.source, 'audit_log/login_success');
    }));

  for (const [what, drop] of [
    ['does not know its cursor', { kind: 'invalid_cursor' }],
    [
      'says from when on to begin again',
      { kind: 'refused', error: { '.tag': 'reset', reset: '2020-01-01T00:00:00Z' } },
    ],
  ] as const) {
    it(`misses nothing when Dropbox ${what} midway`, () =>
      withSyncedTeam(TEAM, async (team) => {
        const { teamMemberId } = await anyone(team);
        record(team, teamMemberId, 45);
        team.simulator.faults.add({ route: CONTINUE, fault: drop, nth: 2 });
        await team.sync();
        assert.equal(team.calls(BEGIN), 2);
        assert.ok(team.events.includes('reading of the audit log began again'));
        assert.equal((await activityOf(team, teamMemberId))?.at, ago(50 * DAY_MS - 4.4 * HOUR_MS));
        assert.equal((await logOf(team)).problem, null);
      }));
  }

  it('gives up for today when Dropbox drops the cursor again and again', () =>
    withSyncedTeam(TEAM, async (team) => {
      record(team, (await anyone(team)).teamMemberId, 45);
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'invalid_cursor' } });
      await team.sync();
      const { problem, coveredThrough, reading } = await logOf(team);
      assert.deepEqual([problem?.code, coveredThrough], ['log_interrupted', null]);
      assert.ok(reading);
      assert.equal((await team.syncRow()).status, 'succeeded');
      team.simulator.faults.clear();
      await team.sync();
      assert.equal((await logOf(team)).problem, null);
    }));

  it('goes through empty, repeated and shuffled pages', () =>
    withSyncedTeam({ ...TEAM, settings: { ...QUIET, auditShuffled: true } }, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 45);
      team.simulator.faults.add({ route: BEGIN, fault: { kind: 'empty_page' }, nth: 1 });
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'empty_page' }, nth: 2 });
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'repeated_page' }, nth: 3 });
      assert.ok((await team.sync()).events >= 45);
      assert.equal((await activityOf(team, teamMemberId))?.at, ago(50 * DAY_MS - 4.4 * HOUR_MS));
    }));

  it('counts types that nobody knows, and takes them for nothing', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 12, { type: 'hologram_viewed', category: 'holograms' });
      record(team, teamMemberId, 3, { type: 'login_fail' });
      assert.equal((await team.sync()).unknownTypes, 12);
      assert.deepEqual((await logOf(team)).unknownTypes, { hologram_viewed: 12 });
      assert.equal(await activityOf(team, teamMemberId), null);
      assert.equal((await team.syncRow()).report?.unknownTypes, 12);
    }));

  it('begins further back when the threshold was raised, and nobody is dormant until then', () =>
    withSyncedTeam(TEAM, async (team) => {
      const { teamMemberId } = await anyone(team);
      await team.sync();
      assert.ok((await dormancyOf(team)).true > 0);
      record(team, teamMemberId, 1, { at: ago(80 * DAY_MS) });
      await setThreshold(team, 'P90D');
      assert.equal((await dormancyOf(team)).true, 0);
      await team.sync();
      near(startTimes(team)[1], team.simulator.nowMs() - 91 * DAY_MS);
      assert.equal((await activityOf(team, teamMemberId))?.at, ago(80 * DAY_MS));
      const [row] = await team.db
        .select()
        .from(memberDormancy)
        .where(eq(memberDormancy.teamMemberId, teamMemberId));
      assert.equal(row?.dormant, false);
      assert.ok((await dormancyOf(team)).true > 0);
      await team.sync();
      near(startTimes(team)[2], team.simulator.nowMs() - DAY_MS);
    }));

  it('reads the log anew when the plan begins to log file events, and trusts none without them', () =>
    withSyncedTeam({ ...TEAM, settings: { ...QUIET, hasTeamFileEvents: false } }, async (team) => {
      const { teamMemberId } = await anyone(team);
      record(team, teamMemberId, 5);
      await team.sync();
      assert.deepEqual([(await logOf(team)).hasFileEvents, (await dormancyOf(team)).true], [false, 0]);
      assert.equal(await activityOf(team, teamMemberId), null);
      team.simulator.changeSettings({ hasTeamFileEvents: true });
      await team.sync();
      assert.ok(await activityOf(team, teamMemberId));
      assert.ok((await dormancyOf(team)).true > 0);
    }));
});

describe('a sync whose audit log cannot be read', () => {
  const denied: [string, string, (team: SyncedTeam) => unknown][] = [
    [
      'the token lacks the permission',
      'scope_missing',
      ({ simulator }) => simulator.access.dropScope({ scope: 'events.read' }),
    ],
    [
      'the app lacks the permission',
      'scope_missing',
      ({ simulator }) =>
        simulator.faults.add({
          route: BEGIN,
          fault: {
            kind: 'answer',
            status: 400,
            contentType: 'text/plain',
            body: 'Error in call to API function "team_log/get_events": Your app is not permitted to access this endpoint because it does not have the required scope \'events.read\'.',
          },
        }),
    ],
    [
      'the plan has no audit log',
      'access_denied',
      ({ simulator }) =>
        simulator.faults.add({
          route: BEGIN,
          fault: { kind: 'denied', status: 403, error: { '.tag': 'invalid_account_type' } },
        }),
    ],
  ];
  for (const [what, code, take] of denied) {
    it(`because ${what} succeeds all the same, and says what to do`, () =>
      withSyncedTeam(TEAM, async (team) => {
        take(team);
        const report = await team.sync();
        assert.equal(report.members, 40);
        assert.equal((await team.syncRow()).status, 'succeeded');
        const { problem, coveredThrough } = await logOf(team);
        assert.deepEqual([problem?.code, coveredThrough], [code, null]);
        assert.match(problem?.nextStep ?? '', /\./);
        assert.equal((await dormancyOf(team)).true, 0);
        const [connection] = await team.db.select().from(connections);
        assert.equal(connection?.status, 'connected');
        assert.equal(team.calls(BEGIN), 1);
      }));
  }

  it('makes no call for what was not granted', () =>
    withSyncedTeam(TEAM, async (team) => {
      const scopes = ['members.read', 'team_info.read'];
      await team.db.update(connections).set({ scopes });
      const report = await team.sync();
      assert.deepEqual([report.events, report.sessions], [0, 0]);
      assert.equal(team.calls(BEGIN) + team.calls('team/devices/list_members_devices'), 0);
      assert.equal((await logOf(team)).problem?.code, 'scope_missing');
    }));

  it('knows everything again once it can be read', () =>
    withSyncedTeam(TEAM, async (team) => {
      await team.sync();
      const known = await dormancyOf(team);
      team.simulator.faults.add({
        route: BEGIN,
        fault: { kind: 'denied', status: 403, error: { '.tag': 'other' } },
      });
      await team.sync();
      assert.equal((await dormancyOf(team)).true, 0);
      team.simulator.faults.clear();
      await team.sync();
      assert.deepEqual(await dormancyOf(team), known);
    }));

  it('puts up with an outage for a while, then goes on without it and never claims to have read it', () =>
    withSyncedTeam(TEAM, async (team) => {
      record(team, (await anyone(team)).teamMemberId, 45);
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'server_error' } });
      const syncId = await listed(team);
      const { activities, db } = team;
      await assert.rejects(team.attempt(() => activities.readActivity({ syncId })));
      await db.execute(sql`update syncs set report = report ||
        jsonb_build_object('troubledSinceMs', (report->>'troubledSinceMs')::bigint - 16 * 60000)`);
      const read = await team.attempt(() => activities.readActivity({ syncId }));
      assert.deepEqual(read, { events: 10, unknownTypes: 0, problem: 'dropbox_unavailable' });
      const { problem, coveredThrough, reading } = await logOf(team);
      assert.deepEqual([problem?.code, coveredThrough], ['dropbox_unavailable', null]);
      assert.ok(reading);
      assert.ok(team.events.includes('sync goes on without a phase'));
      await team.attempt(() => activities.readDevices({ syncId }));
      await team.attempt(() => activities.countLicences({ syncId }));
      assert.equal((await activities.compareMembers({ syncId })).joined, 40);
    }));

  it('ends with the connection when the grant is gone', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await listed(team);
      team.simulator.access.removeApp();
      await assert.rejects(
        untilItSucceeds(team, () => team.activities.readActivity({ syncId })),
        { type: 'grant_revoked' },
      );
      const [connection] = await team.db.select().from(connections);
      assert.equal(connection?.status, 'broken');
    }));
});
