/**
 * Gives entries their place in the record: 0, 1, 2 … without a gap, once and for ever.
 *
 * Only entries whose transaction lies below the oldest one that still runs are placed, in the order of transactions:
 * whatever commits later has a higher number, so nothing is ever put in between, and appending needs no lock. One
 * sequencer works at a time.
 */
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { inTransaction } from '../transaction.ts';

/** Any number that nobody else in the database uses. */
const SEQUENCER = 7_328_255_339;
const ENTRIES_PER_TURN = 5_000;

/** @returns how many entries got a place; a full turn is followed by another */
export async function orderEntries({ db }: { db: Database }): Promise<{ placed: number; isFull: boolean }> {
  const placed = await inTransaction(db, async (tx) => {
    const { rows } = await tx.execute<{ isOurs: boolean }>(
      sql`select pg_try_advisory_xact_lock(${SEQUENCER}) as "isOurs"`,
    );
    if (rows[0]?.isOurs !== true) return 0;
    // A number above all that this server ever gave comes from the server that the database was restored from.
    const ordered = await tx.execute(sql`
      with due as (
        delete from record_queue where entry_id in (
          select entry_id from record_queue
          where transaction < pg_snapshot_xmin(pg_current_snapshot())
            or transaction >= pg_snapshot_xmax(pg_current_snapshot())
          order by transaction, entry_id limit ${ENTRIES_PER_TURN})
        returning entry_id, transaction),
      numbered as (select entry_id, row_number() over (order by transaction, entry_id) as n from due)
      insert into record_positions (position, entry_id)
      select coalesce((select max(position) from record_positions), -1) + n, entry_id from numbered`);
    return ordered.rowCount ?? 0;
  });
  return { placed, isFull: placed === ENTRIES_PER_TURN };
}
