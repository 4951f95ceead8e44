/** Readings of the audit log that do not reach its end: begun again after Dropbox dropped the cursor, or given up. */
import type { Problem } from '../../../drizzle/schema.ts';
import { resumed } from '../../domain/log-reading.ts';
import type { Database } from '../database.ts';
import { noteProgress, runningSync } from '../sync/running-sync.ts';
import { inTransaction } from '../transaction.ts';
import { activityLog, updateLog } from './activity-log.ts';

/**
 * @param cursor the one that Dropbox refused
 * @returns how often this run began again; null when the log stands elsewhere by now. @throws SyncNotRunning
 */
export function resumeReading({
  db,
  syncId,
  cursor,
  resetAt,
}: {
  db: Database;
  syncId: string;
  cursor: string;
  resetAt: Date | null;
}): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    const { connectionId, notes } = await runningSync({ db: tx, syncId, lock: true });
    const { reading, ...log } = await activityLog({ db: tx, connectionId, lock: true });
    if (reading === null || log.cursor !== cursor) return null;
    const changes = { cursor: null, reading: resumed({ reading, resetAt }) };
    await updateLog({ tx, connectionId, changes });
    const logRestarts = (notes.logRestarts ?? 0) + 1;
    await noteProgress({ tx, syncId, notes: { logRestarts } });
    return logRestarts;
  });
}

/**
 * Ends this run's reading with the reason. What was read stays, and the next sync goes on where this one stopped.
 *
 * @returns what was read until then. @throws SyncNotRunning
 */
export function giveReadingUp({
  db,
  syncId,
  problem,
}: {
  db: Database;
  syncId: string;
  problem: Problem;
}): Promise<{ events: number; unknownTypes: number }> {
  return inTransaction(db, async (tx) => {
    const { connectionId, phase, notes } = await runningSync({ db: tx, syncId, lock: true });
    const { events = 0, unknownTypes = 0 } = notes;
    if (phase !== 'activity') return { events, unknownTypes };
    await activityLog({ db: tx, connectionId });
    await updateLog({ tx, connectionId, changes: { problem } });
    await noteProgress({ tx, syncId, notes: { logRead: 1 } });
    return { events, unknownTypes };
  });
}
