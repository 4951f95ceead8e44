/**
 * The part of the outbox that waits for room. Bulk is told no faster than it is worked off: Temporal's queues and the
 * slots for Dropbox calls are first come, first served, so whatever piles up in them delays everybody who comes later.
 * What has no room yet stays in the outbox, where nothing is lost and a removal can still overtake.
 */
import { sql } from 'drizzle-orm';
import type { Queryable } from './database.ts';
import type { OutboxRow } from './outbox.ts';

/** Seats that may be told of now: of these connections so many each, of any other connection `others`. */
export type Room = { byConnection: ReadonlyMap<string, number>; others: number };

export type BulkRow = OutboxRow & { kind: 'seat'; connectionId: string };

/**
 * Takes up to `limit` rows for `leaseMs`, as `leaseOutbox` does, removals first, and of each connection no more than it
 * has room for: neither one whose seats hang nor one with many seats stops the others. The priority is written out
 * (BULK_PRIORITY) so that PostgreSQL sees that the partial index holds them all.
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
    ), waiting as (
      select distinct connection_id from outbox where priority >= 3
    ), next as (
      select of_one.* from waiting w left join room r using (connection_id)
      cross join lateral (
        select o.subject_id, o.priority, o.created_at from outbox o
        where o.connection_id = w.connection_id and o.priority >= 3 and o.kind = 'seat'
          and (o.leased_until is null or o.leased_until < now())
        order by o.priority, o.created_at limit greatest(0, coalesce(r.free, ${room.others}))
        for update skip locked) of_one
      order by of_one.priority, of_one.created_at limit ${limit}
    ), leased as (
      update outbox o
      set leased_until = now() + ${leaseMs} * interval '1 millisecond', attempts = o.attempts + 1
      from next n
      where o.kind = 'seat' and o.subject_id = n.subject_id
      returning o.subject_id, o.connection_id, o.revision, o.attempts, o.priority, o.created_at
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
