/** What Temporal has yet to be told. Written in the transaction that made it true, sent by the worker's relay. */
import { sql } from 'drizzle-orm';
import { outbox } from '../../drizzle/schema.ts';
import type { Queryable, Transaction } from './database.ts';

export type OutboxKind = (typeof outbox.$inferSelect)['kind'];

/** Removals overtake recoveries, recoveries everything else. */
export const PRIORITY = { removal: 0, recovery: 1, other: 2 } as const;
export type OutboxPriority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** PostgreSQL channel that wakes the relay; notifications are delivered when the transaction commits. */
export const OUTBOX_CHANNEL = 'seatkeeper_outbox';

const ROWS_PER_STATEMENT = 1_000;

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
  for (let i = 0; i < subjects.length; i += ROWS_PER_STATEMENT) {
    await tx
      .insert(outbox)
      .values(
        subjects
          .slice(i, i + ROWS_PER_STATEMENT)
          .map(({ id, priority = PRIORITY.other }) => ({ kind, subjectId: id, priority })),
      )
      .onConflictDoUpdate({
        target: [outbox.kind, outbox.subjectId],
        set: {
          revision: sql`${outbox.revision} + 1`,
          priority: sql`least(${outbox.priority}, excluded.priority)`,
          leasedUntil: null,
        },
      });
  }
  await tx.execute(sql`select pg_notify(${OUTBOX_CHANNEL}, '')`);
}

export type OutboxRow = typeof outbox.$inferSelect;

/**
 * Takes up to `limit` rows for `leaseMs`: another relay leaves them alone meanwhile, and they come back by themselves
 * if this one dies.
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
        where leased_until is null or leased_until < now()
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
