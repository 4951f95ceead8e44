/** Seats that stopped: the only ones for which other settings may make a difference. */
import { and, asc, eq, gt, isNotNull, or, sql } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import type { Transaction } from '../database.ts';
import type { Seat } from './seat-case.ts';

const SEATS_PER_PAGE = 1_000;

type StoppedSeat = Pick<Seat, 'id' | 'skipped' | 'attention' | 'waiting'>;

/**
 * Page by page. A seat that was not judged yet is not among them: its workflow asks for the settings when it acts.
 * The caller holds the connection's lock, so nobody stops by old settings meanwhile.
 */
export async function* stoppedSeats({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): AsyncGenerator<StoppedSeat[]> {
  for (let after = ''; ; ) {
    const page = await tx
      .select({
        id: seats.id,
        skipped: seats.skipped,
        attention: seats.attention,
        waiting: seats.waiting,
      })
      .from(seats)
      .where(
        and(
          eq(seats.connectionId, connectionId),
          gt(seats.id, after),
          or(isNotNull(seats.skipped), isNotNull(seats.attention), sql`${seats.waiting}->>'kind' = 'email'`),
        ),
      )
      .orderBy(asc(seats.id))
      .limit(SEATS_PER_PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.id;
  }
}
