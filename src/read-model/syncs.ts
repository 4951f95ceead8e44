/** Runs of the sync, as people see them. */
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { type Problem, syncs } from '../../drizzle/schema.ts';
import { decodeCursor, mapPage, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { iso, isoOrNull } from './times.ts';

type SyncRow = typeof syncs.$inferSelect;

export type SyncRun = {
  id: string;
  status: 'running' | 'succeeded' | 'failed';
  phase: SyncRow['phase'];
  processed: number;
  /** An estimate, per phase. */
  total: number | null;
  startedAt: string;
  finishedAt: string | null;
  /** Why it failed; of a running one, what is in its way. */
  problem?: Problem;
};

/** Whoever asked for a sync sees it running, whether or not a worker has begun it. */
const asRun = (row: SyncRow): SyncRun => ({
  id: row.id,
  status: row.status === 'queued' ? 'running' : row.status,
  phase: row.phase,
  processed: row.processed,
  total: row.total,
  startedAt: iso(row.startedAt),
  finishedAt: isoOrNull(row.finishedAt),
  ...(row.problem === null ? {} : { problem: row.problem }),
});

/** Newest first. */
export async function listSyncs({
  db,
  connectionId,
  cursor,
  limit,
}: PageRequest & { db: Reader; connectionId: string }): Promise<Page<SyncRun>> {
  const after = decodeCursor({ cursor, keys: 2, times: [0] });
  const rows = await db
    .select()
    .from(syncs)
    .where(
      and(
        eq(syncs.connectionId, connectionId),
        after === null
          ? undefined
          : sql`(${syncs.startedAt}, ${syncs.id}) < (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(desc(syncs.startedAt), desc(syncs.id))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [iso(row.startedAt), row.id] });
  return mapPage({ page, item: asRun });
}

export async function findSync({ db, id }: { db: Reader; id: string }): Promise<SyncRun | undefined> {
  const [row] = await db.select().from(syncs).where(eq(syncs.id, id));
  return row === undefined ? undefined : asRun(row);
}

/** The latest run of each connection. */
export async function latestSyncs({
  db,
  connectionIds,
}: {
  db: Reader;
  connectionIds: readonly string[];
}): Promise<Map<string, SyncRun>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db
    .selectDistinctOn([syncs.connectionId])
    .from(syncs)
    .where(inArray(syncs.connectionId, [...connectionIds]))
    .orderBy(syncs.connectionId, desc(syncs.startedAt), desc(syncs.id));
  return new Map(rows.map((row) => [row.connectionId, asRun(row)]));
}
