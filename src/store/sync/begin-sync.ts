/** Opens the row of a run: takes the one that waits in the queue, or inserts one. One run a connection at a time. */
import { eq, isNull, sql } from 'drizzle-orm';
import { connections, syncs } from '../../../drizzle/schema.ts';
import type { Database, Transaction } from '../database.ts';
import { newId } from '../ids.ts';
import { inTransaction } from '../transaction.ts';
import { closeAsFailed } from './end-sync.ts';

/** A run that shows no progress for so long has no workflow any more; every wait between two tries is shorter. */
const STALE_AFTER_MS = 10 * 60_000;

type Run = { connectionId: string; workflowId: string; runId: string };
type Begun = { syncId: string } | { underWay: string } | { ended: string };

/** Safe to run again: the same workflow run gets the same row. Members known from last time are the estimate. */
export function beginSync({ db, ...run }: Run & { db: Database }): Promise<Begun> {
  return inTransaction(db, async (tx) => {
    const [connection] = await tx
      .select({ status: connections.status, endedAt: connections.endedAt })
      .from(connections)
      .where(eq(connections.id, run.connectionId))
      .for('share');
    if (connection === undefined || connection.endedAt !== null || connection.status === 'disconnecting') {
      return { ended: run.connectionId };
    }
    return (await joinOpenRun({ tx, run })) ?? insertRun({ tx, run });
  });
}

/** Null when there is none, or only one that nobody looks after any more. */
async function joinOpenRun({ tx, run }: { tx: Transaction; run: Run }): Promise<Begun | null> {
  const { connectionId, workflowId, runId } = run;
  const [open] = await tx
    .select({
      id: syncs.id,
      status: syncs.status,
      workflowId: syncs.workflowId,
      runId: syncs.runId,
      isStale: sql<boolean>`${syncs.progressAt} < now() - ${STALE_AFTER_MS} * interval '1 millisecond'`,
    })
    .from(syncs)
    .where(sql`${eq(syncs.connectionId, connectionId)} and ${isNull(syncs.finishedAt)}`)
    .for('update');
  if (open === undefined) return null;
  if (open.status === 'queued') {
    await tx
      .update(syncs)
      .set({ ...(await opening({ tx, run })), report: null, problem: null })
      .where(eq(syncs.id, open.id));
    return { syncId: open.id };
  }
  if (open.workflowId === workflowId && open.runId === runId) return { syncId: open.id };
  // Temporal has one open run per workflow id, so another run of the same workflow means that the first is over.
  if (open.workflowId !== workflowId && !open.isStale) return { underWay: open.id };
  await closeAsFailed({ tx, syncId: open.id, code: 'sync_interrupted' });
  return null;
}

async function insertRun({ tx, run }: { tx: Transaction; run: Run }): Promise<Begun> {
  const [inserted] = await tx
    .insert(syncs)
    .values({ id: newId('sync'), connectionId: run.connectionId, ...(await opening({ tx, run })) })
    .onConflictDoNothing()
    .returning({ id: syncs.id });
  if (inserted !== undefined) return { syncId: inserted.id };
  // Somebody was quicker; their row is committed, or ours would not have been refused.
  const theirs = await joinOpenRun({ tx, run });
  if (theirs === null) throw new Error('a run was under way and is gone again: begin once more');
  return theirs;
}

async function opening({ tx, run }: { tx: Transaction; run: Run }) {
  const counted = await tx.execute<{ known: number }>(
    sql`select count(*)::int as known from members where connection_id = ${run.connectionId}`,
  );
  const known = counted.rows[0]?.known ?? 0;
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    status: 'running' as const,
    phase: 'members' as const,
    processed: 0,
    total: known === 0 ? null : known,
    startedAt: sql`now()`,
    progressAt: sql`now()`,
  };
}
