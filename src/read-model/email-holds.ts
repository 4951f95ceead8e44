/** Addresses that are reserved after a removal, and who waits for them. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { connections, emailClaims, emailWaiters, seats } from '../../drizzle/schema.ts';
import { decodeCursor, mapPage, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { isoOrNull } from './times.ts';

export type EmailHold = {
  email: string;
  /** Slug. */
  connection: string;
  /** External id; null for a member whom nobody managed. */
  heldBy: string | null;
  until: string | null;
  /** External ids, in the order of asking. */
  waiting: string[];
};

const waiting = sql<string[]>`coalesce((
  select array_agg(waiter.person_id order by line.place)
  from ${emailWaiters} line join ${seats} waiter on waiter.id = line.seat_id
  where line.connection_id = ${emailClaims.connectionId} and line.email_key = ${emailClaims.emailKey}), '{}')`;

/** By connection and address. */
export async function listEmailHolds({
  db,
  cursor,
  limit,
}: PageRequest & { db: Reader }): Promise<Page<EmailHold>> {
  const after = decodeCursor({ cursor, keys: 2 });
  const rows = await db
    .select({
      email: emailClaims.emailKey,
      connection: connections.slug,
      heldBy: seats.personId,
      until: emailClaims.holdUntil,
      waiting,
    })
    .from(emailClaims)
    .innerJoin(connections, eq(connections.id, emailClaims.connectionId))
    .leftJoin(seats, eq(seats.id, emailClaims.holderSeatId))
    .where(
      and(
        eq(emailClaims.state, 'held'),
        isNull(connections.endedAt),
        after === null
          ? undefined
          : sql`(${connections.slug}, ${emailClaims.emailKey}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(asc(connections.slug), asc(emailClaims.emailKey))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [row.connection, row.email] });
  return mapPage({ page, item: (row) => ({ ...row, until: isoOrNull(row.until) }) });
}
