/** Seats, with what they wait for. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { connections, emailWaiters, intents, seats } from '../../drizzle/schema.ts';
import type { SeatState } from '../domain/seat.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { type Seat, type SeatRecord, seatView, type TemporalLinks } from './seat-view.ts';

/** How many asked for the same address before this seat, itself included; null when it waits for none. */
const place = sql<number | null>`(
  select (select count(*)::int from ${emailWaiters} ahead
          where ahead.connection_id = mine.connection_id and ahead.email_key = mine.email_key
            and ahead.place <= mine.place)
  from ${emailWaiters} mine where mine.seat_id = ${seats.id} limit 1)`;

/** Invited by a call of ours that kept Dropbox from mailing, with no reminder since. */
const unmailed = sql<boolean>`(${seats.state} = 'invited' and coalesce((
  select (i.choices->>'silent')::boolean from ${intents} i
  where i.seat_id = ${seats.id} and i.action in ('add', 'remind') and i.outcome = 'applied'
  order by i.id desc limit 1), false))`;

const columns = {
  slug: connections.slug,
  personId: seats.personId,
  workflowId: seats.workflowId,
  plan: seats.plan,
  planVersion: seats.planVersion,
  judgedPlan: seats.judgedPlan,
  state: seats.state,
  memberStatus: seats.memberStatus,
  holdUntil: seats.holdUntil,
  waiting: seats.waiting,
  attention: seats.attention,
  skipped: seats.skipped,
  unmailed,
  place,
};

/** Every seat of some people, on connections that have not ended. */
export async function seatsOfPeople({
  db,
  personIds,
  links,
  now,
}: {
  db: Reader;
  personIds: readonly string[];
  links: TemporalLinks;
  now: Date;
}): Promise<Map<string, Seat[]>> {
  const byPerson = new Map<string, Seat[]>(personIds.map((id) => [id, []]));
  if (personIds.length === 0) return byPerson;
  const rows: SeatRecord[] = await db
    .select(columns)
    .from(seats)
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .where(and(inArray(seats.personId, [...personIds]), isNull(connections.endedAt)))
    .orderBy(asc(connections.slug));
  for (const seat of rows) byPerson.get(seat.personId)?.push(seatView({ seat, links, now }));
  return byPerson;
}

export type SeatFilter = {
  state?: SeatState | undefined;
  /** `true`, `false`, or the code of a reason. */
  attention?: string | undefined;
};

function conditionsOf({ state, attention }: SeatFilter): (SQL | undefined)[] {
  return [
    state === undefined ? undefined : eq(seats.state, state),
    attention === undefined
      ? undefined
      : attention === 'true'
        ? isNotNull(seats.attention)
        : attention === 'false'
          ? isNull(seats.attention)
          : sql`${seats.attention}->>'code' = ${attention}`,
  ];
}

/** In the order of the external ids. */
export async function listSeats({
  db,
  connectionId,
  filter,
  links,
  now,
  cursor,
  limit,
}: PageRequest & {
  db: Reader;
  connectionId: string;
  filter: SeatFilter;
  links: TemporalLinks;
  now: Date;
}): Promise<Page<Seat & { person: string }>> {
  const after = decodeCursor({ cursor, keys: 1 });
  const rows: SeatRecord[] = await db
    .select(columns)
    .from(seats)
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .where(
      and(
        eq(seats.connectionId, connectionId),
        ...conditionsOf(filter),
        after === null ? undefined : gt(seats.personId, `${after[0]}`),
      ),
    )
    .orderBy(asc(seats.personId))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [row.personId] });
  return {
    items: page.items.map((seat) => ({ person: seat.personId, ...seatView({ seat, links, now }) })),
    nextCursor: page.nextCursor,
  };
}
