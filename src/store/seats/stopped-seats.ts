/** Seats for which other settings may make a difference. */
import { and, eq, isNotNull, ne, or, sql } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import type { Transaction } from '../database.ts';

/** Only seats that the settings stopped, or that ask for attention, can do something else under new ones. */
export async function seatsStoppedBySettings({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<{ id: string }[]> {
  return tx
    .select({ id: seats.id })
    .from(seats)
    .where(
      and(
        eq(seats.connectionId, connectionId),
        or(
          isNotNull(seats.skipped),
          isNotNull(seats.attention),
          // Not yet judged, or waiting for the former account: recoverOnReturn decides.
          and(ne(seats.judgedPlan, seats.planVersion), sql`${seats.state} <> 'released'`),
          sql`${seats.waiting}->>'kind' = 'email'`,
        ),
      ),
    );
}
