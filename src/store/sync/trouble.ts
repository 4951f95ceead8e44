/** Writes down, while a run goes on trying, what is in its way. The next success wipes it. */
import { sql } from 'drizzle-orm';
import type { SyncProblem } from '../../domain/sync-problem.ts';
import type { Database } from '../database.ts';

/** @returns how often in a row it failed and for how long; null when the run has ended */
export async function noteTrouble({
  db,
  syncId,
  problem,
}: {
  db: Database;
  syncId: string;
  problem: SyncProblem;
}): Promise<{ failures: number; troubledForMs: number } | null> {
  const nowMs = sql`floor(extract(epoch from now()) * 1000)::bigint`;
  const noted = await db.execute<{ failures: number; troubledForMs: number }>(sql`
    update syncs set progress_at = now(), problem = ${JSON.stringify(problem)}::jsonb,
      report = coalesce(report, '{}') || jsonb_build_object(
        'failures', coalesce((report->>'failures')::int, 0) + 1,
        'troubledSinceMs', coalesce((report->>'troubledSinceMs')::bigint, ${nowMs}))
    where id = ${syncId} and status = 'running'
    returning (report->>'failures')::int as failures,
      least(${nowMs} - (report->>'troubledSinceMs')::bigint, 2000000000)::int as "troubledForMs"`);
  return noted.rows[0] ?? null;
}
