/** The steps of the daily sync, as the contract promises them. */
import { activityProblem } from '../src/domain/activity-problem.ts';
import type { DropboxClient } from '../src/dropbox/client.ts';
import { skipDevices } from '../src/store/activity/commit-device-page.ts';
import { giveReadingUp } from '../src/store/activity/end-reading.ts';
import type { Database } from '../src/store/database.ts';
import { noteLicences } from '../src/store/licences/note-licences.ts';
import { saveSnapshot } from '../src/store/licences/save-snapshot.ts';
import { beginSync } from '../src/store/sync/begin-sync.ts';
import { compareMembers } from '../src/store/sync/compare-members.ts';
import { closeAsFailed, closeAsSucceeded } from '../src/store/sync/end-sync.ts';
import { restartSeats } from '../src/store/sync/restart-seats.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { readLog } from './activity-reading.ts';
import type { DropboxActivities, RecordActivities } from './contract.ts';
import { readSessions } from './device-reading.ts';
import { countLicences } from './licence-snapshot.ts';
import { listTeam } from './member-listing.ts';
import { askAboutMissing } from './missing-members.ts';
import { withHeartbeat } from './steady-heartbeat.ts';
import { forgivingly, patiently, type SyncLog } from './sync-trouble.ts';

export type TeamSyncActivities = Pick<
  RecordActivities,
  'beginSync' | 'compareMembers' | 'restartSeats' | 'finishSync' | 'failSync'
> &
  Pick<
    DropboxActivities,
    'listMembers' | 'readActivity' | 'readDevices' | 'countLicences' | 'confirmMissing'
  >;

/**
 * @param dropboxFor the client of a connection; may throw DropboxFailure
 * @param openRuns workflow ids of the open lifecycles of a connection, by its slug
 * @param emailHoldMs how long an address stays reserved after a removal
 */
export function createTeamSyncActivities({
  db,
  dropboxFor,
  openRuns,
  emailHoldMs,
  log = () => {},
}: {
  db: Database;
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
  openRuns: (slug: string) => AsyncIterable<string>;
  emailHoldMs: number;
  log?: SyncLog;
}): TeamSyncActivities {
  const step = <T>(syncId: string, work: () => Promise<T>): Promise<T> =>
    patiently({ db, syncId, log, step: work });
  return {
    beginSync: (run) => beginSync({ db, ...run }),
    listMembers: ({ syncId }) =>
      step(syncId, () => withHeartbeat((tell) => listTeam({ db, syncId, dropboxFor, log, tell }))),
    readActivity: ({ syncId }) =>
      forgivingly({
        db,
        syncId,
        log,
        step: () => withHeartbeat((tell) => readLog({ db, syncId, dropboxFor, log, tell })),
        skip: async ({ code }) => {
          const problem = activityProblem({ code });
          return { ...(await giveReadingUp({ db, syncId, problem })), problem: problem.code };
        },
      }),
    readDevices: ({ syncId }) =>
      forgivingly({
        db,
        syncId,
        log,
        step: () => withHeartbeat((tell) => readSessions({ db, syncId, dropboxFor, tell })),
        skip: async () => {
          await skipDevices({ db, syncId });
          return { sessions: 0 };
        },
      }),
    countLicences: ({ syncId }) =>
      forgivingly({
        db,
        syncId,
        log,
        step: () => withHeartbeat(() => countLicences({ db, syncId, dropboxFor })),
        skip: async () => {
          await noteLicences({ db, syncId, counted: null });
          return null;
        },
      }),
    compareMembers: ({ syncId }) => step(syncId, () => compareMembers({ db, syncId, emailHoldMs })),
    confirmMissing: ({ syncId }) =>
      step(syncId, () =>
        withHeartbeat((tell) => askAboutMissing({ db, syncId, dropboxFor, emailHoldMs, tell })),
      ),
    restartSeats: ({ syncId }) =>
      step(syncId, async () => ({ woken: await restartSeats({ db, syncId, openRuns }) })),
    finishSync: ({ syncId, report }) =>
      step(syncId, async () => {
        await saveSnapshot({ db, syncId });
        await closeAsSucceeded({ db, syncId, report: { ...report } });
      }),
    failSync: ({ syncId, code, tag }) => inTransaction(db, (tx) => closeAsFailed({ tx, syncId, code, tag })),
  };
}
