/** Every seat that a person ever had, those of ended connections too, as the database keeps them: for evidence. */
import { and, asc, eq } from 'drizzle-orm';
import { connections, seats } from '../../drizzle/schema.ts';
import type { Reader } from './reader.ts';
import { iso } from './times.ts';

export async function seatsOfPerson({
  db,
  person,
  connectionId,
}: {
  db: Reader;
  person: string;
  connectionId?: string | undefined;
}) {
  const rows = await db
    .select({ seat: seats, slug: connections.slug, endedAt: connections.endedAt })
    .from(seats)
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .where(
      and(
        eq(seats.personId, person),
        connectionId === undefined ? undefined : eq(seats.connectionId, connectionId),
      ),
    )
    .orderBy(asc(connections.slug));
  return rows.map(({ seat, slug, endedAt }) => ({
    connection: slug,
    connectionEndedAt: endedAt === null ? null : iso(endedAt),
    workflowId: seat.workflowId,
    state: seat.state,
    memberStatus: seat.memberStatus,
    plan: seat.plan,
    holdUntil: seat.holdUntil === null ? null : iso(seat.holdUntil),
    waiting: seat.waiting,
    attention: seat.attention,
    skipped: seat.skipped,
  }));
}
