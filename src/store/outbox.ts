/** What Temporal has yet to be told. Written in the transaction that made it true, sent by the worker's relay. */
import { sql } from 'drizzle-orm';
import { outbox } from '../../drizzle/schema.ts';
import type { Queryable, Transaction } from './database.ts';

export type OutboxKind = (typeof outbox.$inferSelect)['kind'];

/** Removals overtake recoveries, recoveries everything else. */
export const PRIORITY = { removal: 0, recovery: 1, other: 2 } as const;
export type OutboxPriority = (typeof PRIORITY)[keyof typeof PRIORITY];

/**
 * Seats that are told of together, when they are more than this, are bulk, whatever the cause (a group, an array of
 * events, settings, a sync). Their rows have the same three priorities, moved behind those of everybody else, and go
 * through bulk-outbox.ts, so that a single person's event never stands behind them.
 */
export const BULK_ABOVE_SEATS = 20;
export const BULK_PRIORITY = 3;

/** PostgreSQL channel that wakes the relay; notifications are delivered when the transaction commits. */
export const OUTBOX_CHANNEL = 'seatkeeper_outbox';

/** One row per subject: a second telling raises the revision, so that one that is being sent is sent again. */
export async function tellTemporal({
  tx,
  kind,
  subjects,
}: {
  tx: Transaction;
  kind: OutboxKind;
  subjects: readonly { id: string; priority?: OutboxPriority }[];
}): Promise<void> {
  if (subjects.length === 0) return;
  const behind = kind === 'seat' && subjects.length > BULK_ABOVE_SEATS ? BULK_PRIORITY : 0;
  const ids = subjects.map(({ id }) => id);
  const priorities = subjects.map(({ priority = PRIORITY.other }) => priority + behind);
  await tx.execute(sql`
    insert into outbox (kind, subject_id, connection_id, priority)
    select ${kind}, t.id, (select s.connection_id from seats s where s.id = t.id), t.priority
    from unnest(${sql.param(ids)}::text[], ${sql.param(priorities)}::smallint[]) as t(id, priority)
    on conflict (kind, subject_id) do update set
      revision = outbox.revision + 1,
      priority = least(outbox.priority, excluded.priority),
      leased_until = null`);
  await tx.execute(sql`select pg_notify(${OUTBOX_CHANNEL}, '')`);
}

/** A row that was taken to be sent. */
export type OutboxRow = Pick<typeof outbox.$inferSelect, 'kind' | 'subjectId' | 'revision' | 'attempts'>;

/**
 * Takes up to `limit` rows that are not bulk, for `leaseMs`: another relay leaves them alone meanwhile, and they come
 * back by themselves if this one dies.
 */
export async function leaseOutbox({
  db,
  limit,
  leaseMs,
}: {
  db: Queryable;
  limit: number;
  leaseMs: number;
}): Promise<OutboxRow[]> {
  const leased = await db
    .update(outbox)
    .set({
      leasedUntil: sql`now() + ${leaseMs} * interval '1 millisecond'`,
      attempts: sql`${outbox.attempts} + 1`,
    })
    .where(
      sql`(${outbox.kind}, ${outbox.subjectId}) in (
        select kind, subject_id from outbox
        where priority < ${BULK_PRIORITY} and (leased_until is null or leased_until < now())
        order by priority, created_at limit ${limit} for update skip locked)`,
    )
    .returning();
  return leased.sort((a, b) => a.priority - b.priority || a.createdAt.getTime() - b.createdAt.getTime());
}

/** Done with a row, unless it was written again meanwhile. */
export async function dropFromOutbox({
  db,
  kind,
  subjectId,
  revision,
}: {
  db: Queryable;
  kind: OutboxKind;
  subjectId: string;
  revision: number;
}): Promise<void> {
  await db
    .delete(outbox)
    .where(
      sql`${outbox.kind} = ${kind} and ${outbox.subjectId} = ${subjectId} and ${outbox.revision} = ${revision}`,
    );
}

/** Could not be sent: it is due again after `delayMs`. */
export async function postponeOutbox({
  db,
  kind,
  subjectId,
  delayMs,
}: {
  db: Queryable;
  kind: OutboxKind;
  subjectId: string;
  delayMs: number;
}): Promise<void> {
  await db
    .update(outbox)
    .set({ leasedUntil: sql`now() + ${delayMs} * interval '1 millisecond'` })
    .where(
      sql`${outbox.kind} = ${kind} and ${outbox.subjectId} = ${subjectId} and ${outbox.leasedUntil} is not null`,
    );
}
