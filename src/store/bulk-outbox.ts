/**
 * The part of the outbox that waits for room. Bulk is told no faster than it is worked off: Temporal's queues and the
 * slots for Dropbox calls are first come, first served, so whatever piles up in them delays everybody who comes later.
 * What has no room yet stays in the outbox, where nothing is lost and a removal can still overtake.
 */
import { sql } from 'drizzle-orm';
import type { Queryable } from './database.ts';
import { BULK_PRIORITY, type OutboxRow } from './outbox.ts';

/** Seats that may be told of now: of these connections so many each, of any other connection `others`. */
export type Room = { byConnection: ReadonlyMap<string, number>; others: number };

export type BulkRow = OutboxRow & { kind: 'seat'; connectionId: string };

/**
 * Takes up to `limit` rows for `leaseMs`, as `leaseOutbox` does, removals first. Connections without room are passed
 * over, so that one whose seats hang does not stop the others.
 */
export async function leaseBulk({
  db,
  limit,
  leaseMs,
  room,
}: {
  db: Queryable;
  limit: number;
  leaseMs: number;
  room: Room;
}): Promise<BulkRow[]> {
  const named = sql.param([...room.byConnection.keys()]);
  const seatsFree = sql.param([...room.byConnection.values()]);
  const { rows } = await db.execute<{
    subject_id: string;
    connection_id: string;
    revision: string;
    attempts: number;
  }>(sql`
    with room as (
      select * from unnest(${named}::text[], ${seatsFree}::int[]) as r(connection_id, free)
    ), next as (
      select o.subject_id, s.connection_id, o.priority, o.created_at, coalesce(r.free, ${room.others}) as free
      from outbox o
      join seats s on s.id = o.subject_id
      left join room r on r.connection_id = s.connection_id
      where o.kind = 'seat' and o.priority >= ${BULK_PRIORITY}
        and (o.leased_until is null or o.leased_until < now())
        and coalesce(r.free, ${room.others}) > 0
      order by o.priority, o.created_at limit ${limit} for update of o skip locked
    ), placed as (
      select *, row_number() over (partition by connection_id order by priority, created_at) as place from next
    ), leased as (
      update outbox o
      set leased_until = now() + ${leaseMs} * interval '1 millisecond', attempts = o.attempts + 1
      from placed p
      where o.kind = 'seat' and o.subject_id = p.subject_id and p.place <= p.free
      returning o.subject_id, o.revision, o.attempts, o.priority, o.created_at, p.connection_id
    )
    select subject_id, connection_id, revision, attempts from leased order by priority, created_at`);
  return rows.map(({ subject_id: subjectId, connection_id: connectionId, revision, attempts }) => ({
    kind: 'seat',
    subjectId,
    connectionId,
    revision: Number(revision),
    attempts,
  }));
}

/** @returns those of these seats that no lifecycle has judged by their present plan and settings */
export async function unjudgedSeats({
  db,
  seatIds,
}: {
  db: Queryable;
  seatIds: readonly string[];
}): Promise<Set<string>> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select s.id from seats s join connections c on c.id = s.connection_id
    where s.id = any(${sql.param(seatIds)}::text[])
      and (s.judged_plan < s.plan_version or s.judged_settings < c.settings_version)`);
  return new Set(rows.map(({ id }) => id));
}
