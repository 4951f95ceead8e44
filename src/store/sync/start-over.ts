/** Dropbox dropped the cursor: the pages so far are thrown away, and the listing begins anew. */
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { inTransaction } from '../transaction.ts';

/** @returns how often this run started over; null when it stands elsewhere by now */
export function startListingOver({
  db,
  syncId,
  cursor,
}: {
  db: Database;
  syncId: string;
  cursor: string | null;
}): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    const { rows } = await tx.execute<{ restarts: number }>(sql`
      update syncs set cursor = null, processed = 0, listing_started_at = null, progress_at = now(),
        report = (coalesce(report, '{}') - 'pages') ||
          jsonb_build_object('restarts', coalesce((report->>'restarts')::int, 0) + 1)
      where id = ${syncId} and status = 'running' and phase = 'members' and cursor is not distinct from ${cursor}
      returning (report->>'restarts')::int as restarts`);
    const restarts = rows[0]?.restarts;
    if (restarts === undefined) return null;
    await tx.execute(sql`delete from staged_members where sync_id = ${syncId}`);
    return restarts;
  });
}
