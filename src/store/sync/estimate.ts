/** How many members a first listing will have, as far as anybody can say. */
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

export async function setEstimate({
  db,
  syncId,
  total,
}: {
  db: Database;
  syncId: string;
  total: number;
}): Promise<void> {
  await db.execute(
    sql`update syncs set total = greatest(${total}, processed) where id = ${syncId} and total is null`,
  );
}
