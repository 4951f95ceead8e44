/** Ends a run: staging is thrown away either way, and only a run that succeeded has changed anything. */
import { sql } from 'drizzle-orm';
import { syncProblem } from '../../domain/sync-problem.ts';
import type { Database, Transaction } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { SyncNotRunning } from './running-sync.ts';

/** Done before is done. @throws SyncNotRunning when the run was given up meanwhile */
export function closeAsSucceeded({
  db,
  syncId,
  report,
}: {
  db: Database;
  syncId: string;
  report: Record<string, number>;
}): Promise<void> {
  return inTransaction(db, async (tx) => {
    const ended = await tx.execute(sql`
      update syncs set status = 'succeeded', phase = 'done', problem = null, cursor = null,
        processed = ${report.members ?? 0}, total = ${report.members ?? 0},
        report = ${JSON.stringify(report)}::jsonb || jsonb_strip_nulls(jsonb_build_object(
          'gone', report->'gone',
          'seatsWoken', (report->>'seatsWoken')::int + (report->>'restarted')::int)),
        progress_at = now(), finished_at = now()
      where id = ${syncId} and status = 'running'`);
    if (ended.rowCount === 0) {
      const { rows } = await tx.execute<{ status: string }>(
        sql`select status from syncs where id = ${syncId}`,
      );
      if (rows[0]?.status !== 'succeeded') throw new SyncNotRunning(syncId);
    }
    await dropStaging({ tx, syncId });
  });
}

/** A run that has ended already keeps its end. */
export async function closeAsFailed({
  tx,
  syncId,
  code,
  tag,
}: {
  tx: Transaction;
  syncId: string;
  code: string;
  tag?: string | undefined;
}): Promise<void> {
  const { rows } = await tx.execute<{ isCompared: boolean }>(sql`
    select coalesce(report ? 'joined', false) as "isCompared" from syncs where id = ${syncId} for update`);
  const problem = syncProblem({ code, tag, isCompared: rows[0]?.isCompared ?? false });
  await tx.execute(sql`
    update syncs set status = 'failed', problem = ${JSON.stringify(problem)}::jsonb, cursor = null,
      report = coalesce(report, '{}') - 'failures' - 'troubledSinceMs', finished_at = now()
    where id = ${syncId} and finished_at is null`);
  await dropStaging({ tx, syncId });
}

async function dropStaging({ tx, syncId }: { tx: Transaction; syncId: string }): Promise<void> {
  await tx.execute(sql`delete from staged_members where sync_id = ${syncId}`);
}
