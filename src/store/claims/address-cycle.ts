/**
 * Two people who swap addresses, or more who pass theirs on in a circle: each waits for an address that the next one
 * still has, and nobody would ever begin.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../database.ts';

/**
 * Whether the seat, which has just stood in line for the address, waits for itself. Of those who begin to wait at the
 * same time the later one sees it: whoever comes second looks when the first has committed.
 */
export async function isInAddressCycle({
  tx,
  connectionId,
  emailKey,
  seatId,
}: {
  tx: Transaction;
  connectionId: string;
  emailKey: string;
  seatId: string;
}): Promise<boolean> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`address-cycle ${connectionId}`}, 0))`,
  );
  const { rows } = await tx.execute(sql`
    with recursive ahead(seat_id) as (
      select c.holder_seat_id from email_claims c
      where c.connection_id = ${connectionId} and c.email_key = ${emailKey} and c.state = 'owned'
      union
      select c.holder_seat_id from ahead a
      join email_waiters w on w.seat_id = a.seat_id and w.connection_id = ${connectionId}
      join email_claims c on c.connection_id = w.connection_id and c.email_key = w.email_key
      where c.state = 'owned')
    select 1 from ahead where seat_id = ${seatId}`);
  return rows.length > 0;
}
