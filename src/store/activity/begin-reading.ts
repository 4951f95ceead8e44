/** Decides, once in a sync, from where on its reading of the audit log begins, or that an interrupted one goes on. */
import { newReading, readingFrom } from '../../domain/log-reading.ts';
import type { Database } from '../database.ts';
import { noteProgress, runningSync } from '../sync/running-sync.ts';
import { inTransaction } from '../transaction.ts';
import { type ActivityLog, activityLog, updateLog } from './activity-log.ts';

/** Begun before is begun. @param now Dropbox's clock. @throws SyncNotRunning */
export function beginReading({
  db,
  syncId,
  now,
  hasFileEvents,
}: {
  db: Database;
  syncId: string;
  now: Date;
  hasFileEvents: boolean | null;
}): Promise<void> {
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    if (run.phase !== 'activity' || run.notes.logBegun === 1) return;
    const { connectionId } = run;
    const log = await activityLog({ db: tx, connectionId, lock: true });
    const isAnew = mustReadAnew({ log, now, hasFileEvents });
    const resumes = !isAnew && log.reading !== null;
    await noteProgress({ tx, syncId, notes: { logBegun: 1, logIsOwn: resumes ? 0 : 1 } });
    if (resumes) return updateLog({ tx, connectionId, changes: { hasFileEvents } });
    const coveredThrough = isAnew ? null : log.coveredThrough;
    const from = readingFrom({ coveredThrough, dormantAfterMs: log.dormantAfterMs, now });
    const reading = newReading({ from, now });
    const begins = isAnew ? { coveredFrom: from, coveredThrough: null } : {};
    await updateLog({ tx, connectionId, changes: { reading, cursor: null, hasFileEvents, ...begins } });
  });
}

/**
 * 1. Nothing was read before.
 * 2. The threshold was raised: it reaches back further than the log was read.
 * 3. The plan logs file events now and did not before: the log that was read lacks them.
 */
function mustReadAnew({
  log: { coveredFrom, coveredThrough, reading, dormantAfterMs, hasFileEvents: before },
  now,
  hasFileEvents,
}: {
  log: ActivityLog;
  now: Date;
  hasFileEvents: boolean | null;
}): boolean {
  if (coveredFrom === null || (coveredThrough === null && reading === null)) return true;
  const isGained = hasFileEvents === true && before === false;
  return isGained || coveredFrom.getTime() > now.getTime() - dormantAfterMs;
}
