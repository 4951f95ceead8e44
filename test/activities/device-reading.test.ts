import assert from 'node:assert/strict';
import {
  activityOf,
  ago,
  anyone,
  DAY_MS,
  dormancyOf,
  listed,
  logOf,
  QUIET,
  record,
  TEAM,
} from './read-log.ts';
import { withSyncedTeam } from './synced-team.ts';

describe('the sessions of devices', () => {
  const ROUTE = 'team/devices/list_members_devices';
  const PAGED = { ...TEAM, settings: { ...QUIET, devicePageMaximum: 10 } };

  it('are signs of life, with their kind', () =>
    withSyncedTeam(PAGED, async (team) => {
      const { teamMemberId, email } = await anyone(team);
      record(team, teamMemberId, 5);
      const updated = ago(3 * DAY_MS);
      team.simulator.activity.setDevices({
        email,
        desktop: [{ updated }],
        web: [{ updated: updated - 1_000 }],
      });
      const report = await team.sync();
      assert.equal(report.sessions, 2);
      assert.deepEqual(await activityOf(team, teamMemberId), {
        at: updated,
        source: 'device_session/desktop',
      });
      assert.ok((await logOf(team)).devicesReadAt);
      assert.equal(team.calls(ROUTE), 4);
    }));

  it('are read on from where a failed call left them, and over again when Dropbox says so', () =>
    withSyncedTeam(PAGED, async (team) => {
      team.simulator.faults.add({ route: ROUTE, fault: { kind: 'server_error' }, nth: 3 });
      team.simulator.faults.add({ route: ROUTE, fault: { kind: 'invalid_cursor' }, nth: 5 });
      const syncId = await listed(team);
      const { activities } = team;
      await team.attempt(() => activities.readActivity({ syncId }));
      await assert.rejects(team.attempt(() => activities.readDevices({ syncId })));
      await team.attempt(() => activities.readDevices({ syncId }));
      // Two pages, the failure, one page, the reset, and all four.
      assert.equal(team.calls(ROUTE), 9);
      assert.equal((await team.syncRow(syncId)).phase, 'licences');
    }));

  it('are done without where the permission is missing', () =>
    withSyncedTeam(PAGED, async (team) => {
      team.simulator.access.dropScope({ scope: 'sessions.list' });
      await team.sync();
      const { devicesReadAt, problem } = await logOf(team);
      assert.deepEqual([devicesReadAt, problem], [null, null]);
      assert.ok((await dormancyOf(team)).true > 0);
    }));
});
