/**
 * One page of the audit log: its signs of life, the cursor behind it and the progress are committed together, so that
 * whoever goes on after a crash asks for the page that comes next.
 */
import { sql } from 'drizzle-orm';
import { activityLogs } from '../../../drizzle/schema.ts';
import { type AuditEvent, countUnknownTypes, signOfLife } from '../../domain/activity.ts';
import { type LogReading, newReading, readingFrom, readOn } from '../../domain/log-reading.ts';
import type { Database } from '../database.ts';
import { noteProgress, runningSync } from '../sync/running-sync.ts';
import { inTransaction } from '../transaction.ts';
import { activityLog, updateLog } from './activity-log.ts';
import { foldSigns } from './fold-signs.ts';

/** More would be noise; what is known about types of this log does not get better by more names. */
const MOST_UNKNOWN_TYPES = 200;

export type CommittedAuditPage = {
  /** Moved on: the log stands elsewhere by now (another attempt was quicker); nothing was written. */
  outcome: 'committed' | 'moved_on';
};

/** @throws SyncNotRunning */
export function commitAuditPage({
  db,
  syncId,
  page,
}: {
  db: Database;
  syncId: string;
  page: {
    /** The cursor that was asked with; null for the first page of a reading. */
    askedWith: string | null;
    cursor: string;
    hasMore: boolean;
    /** Dropbox's clock when the page was asked for. */
    fetchedAt: Date;
    events: readonly AuditEvent[];
  };
}): Promise<CommittedAuditPage> {
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    const { connectionId, notes } = run;
    const log = await activityLog({ db: tx, connectionId, lock: true });
    const isElsewhere = run.phase !== 'activity' || notes.logRead === 1 || log.cursor !== page.askedWith;
    if (isElsewhere || log.reading === null) return { outcome: 'moved_on' };

    await foldSigns({ tx, connectionId, signs: page.events.flatMap((event) => signOfLife(event) ?? []) });
    const counts = countUnknownTypes(page.events);
    const times = page.events.flatMap(({ at }) => at ?? []);
    const reading = readOn(log.reading, times);
    const isOwn = notes.logIsOwn === 1;
    const place = page.hasMore
      ? { reading, cursor: page.cursor }
      : ended({ reading, isOwn, fetchedAt: page.fetchedAt, dormantAfterMs: log.dormantAfterMs });
    await updateLog({
      tx,
      connectionId,
      changes: {
        ...place,
        unknownTypes: added({ known: log.unknownTypes, counts }),
        events: sql`${activityLogs.events} + ${page.events.length}` as never,
      },
    });
    const events = (notes.events ?? 0) + page.events.length;
    const unknownTypes =
      (notes.unknownTypes ?? 0) + Object.values(counts).reduce((sum, count) => sum + count, 0);
    const ends = page.hasMore ? {} : { logIsOwn: 1, ...(isOwn ? { logRead: 1 } : {}) };
    await noteProgress({ tx, syncId, processed: events, notes: { events, unknownTypes, ...ends } });
    return { outcome: 'committed' };
  });
}

/** The end of the log: it is covered. A reading that an earlier sync began is followed by one of what came since. */
function ended({
  reading,
  isOwn,
  fetchedAt,
  dormantAfterMs,
}: {
  reading: LogReading;
  isOwn: boolean;
  fetchedAt: Date;
  dormantAfterMs: number;
}) {
  const coveredThrough = new Date(reading.startedAt);
  const covered = { coveredThrough, problem: null, cursor: null };
  if (isOwn) return { ...covered, reading: null };
  const from = readingFrom({ coveredThrough, dormantAfterMs, now: fetchedAt });
  return { ...covered, reading: newReading({ from, now: fetchedAt }) };
}

function added({
  known,
  counts,
}: {
  known: Record<string, number>;
  counts: Record<string, number>;
}): Record<string, number> {
  const sums = new Map(Object.entries(known));
  for (const [type, count] of Object.entries(counts)) {
    if (sums.has(type) || sums.size < MOST_UNKNOWN_TYPES) sums.set(type, (sums.get(type) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
