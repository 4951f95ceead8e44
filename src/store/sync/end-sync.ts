/** Ends a run: staging is thrown away either way, and only a run that succeeded has changed anything. */
import { sql } from 'drizzle-orm';
import { type Happening, OURSELVES } from '../../domain/record.ts';
import { syncProblem } from '../../domain/sync-problem.ts';
import type { Database, Transaction } from '../database.ts';
import { appendEntries } from '../record/append-entries.ts';
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
    const ended = await tx.execute<{ report: Record<string, number> }>(sql`
      update syncs set status = 'succeeded', phase = 'done', problem = null, cursor = null,
        processed = ${report.members ?? 0}, total = ${report.members ?? 0},
        report = ${JSON.stringify(report)}::jsonb || jsonb_strip_nulls(jsonb_build_object(
          'gone', report->'gone',
          'seatsWoken', (report->>'seatsWoken')::int + (report->>'restarted')::int)),
        progress_at = now(), finished_at = now()
      where id = ${syncId} and status = 'running' returning report`);
    if (ended.rowCount === 0) {
      const { rows } = await tx.execute<{ status: string }>(
        sql`select status from syncs where id = ${syncId}`,
      );
      if (rows[0]?.status !== 'succeeded') throw new SyncNotRunning(syncId);
    }
    for (const row of ended.rows) {
      await putEndOnRecord({ tx, syncId, data: { event: 'succeeded', report: row.report } });
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
  const ended = await tx.execute(sql`
    update syncs set status = 'failed', problem = ${JSON.stringify(problem)}::jsonb, cursor = null,
      report = coalesce(report, '{}') - 'failures' - 'troubledSinceMs', finished_at = now()
    where id = ${syncId} and finished_at is null`);
  if (ended.rowCount === 1) await putEndOnRecord({ tx, syncId, data: { event: 'failed', code } });
  await dropStaging({ tx, syncId });
}

async function putEndOnRecord({
  tx,
  syncId,
  data,
}: {
  tx: Transaction;
  syncId: string;
  data: Omit<Extract<Happening, { kind: 'sync' }>['data'], 'sync'>;
}): Promise<void> {
  const { rows } = await tx.execute<{ id: string; slug: string }>(sql`
    select c.id, c.slug from syncs s join connections c on c.id = s.connection_id where s.id = ${syncId}`);
  const [connection] = rows;
  if (connection === undefined) throw new Error(`${syncId} has no connection`);
  await appendEntries({
    tx,
    entries: [{ kind: 'sync', actor: OURSELVES, connection, data: { sync: syncId, ...data } }],
  });
}

async function dropStaging({ tx, syncId }: { tx: Transaction; syncId: string }): Promise<void> {
  await tx.execute(sql`delete from staged_members where sync_id = ${syncId}`);
}
