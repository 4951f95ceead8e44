/**
 * Changes that touch many seats: one row now, chunks of people later. The row remembers how far it got, in the same
 * transaction as the chunk, so it survives anything.
 */
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { groupMembers, people, recomputes } from '../../../drizzle/schema.ts';
import type { Database, Transaction } from '../database.ts';
import { OUTBOX_CHANNEL } from '../outbox.ts';
import { inTransaction } from '../transaction.ts';
import { foldAndPlan, planSeats } from './plan-seats.ts';

/** More seats than this are worked off by the worker, not in the caller's transaction. */
export const INLINE_SEATS = 500;
/** Whoever sends an event about one of a chunk waits until it is done: about a quarter of a second. */
const CHUNK_PEOPLE = 250;

/** @param scope everybody on a connection, or everybody in these groups */
export async function requestRecompute({
  tx,
  scope,
  cause,
}: {
  tx: Transaction;
  scope: { connectionId: string } | { groupNames: string[] };
  cause: string;
}): Promise<void> {
  await tx.insert(recomputes).values({ ...scope, cause });
  await tx.execute(sql`select pg_notify(${OUTBOX_CHANNEL}, '')`);
}

type Row = typeof recomputes.$inferSelect;

async function nextPeople({ tx, row }: { tx: Transaction; row: Row }): Promise<string[]> {
  if (row.groupNames !== null) {
    const members = await tx
      .selectDistinct({ id: groupMembers.personId })
      .from(groupMembers)
      .where(and(inArray(groupMembers.groupName, row.groupNames), gt(groupMembers.personId, row.doneThrough)))
      .orderBy(asc(groupMembers.personId))
      .limit(CHUNK_PEOPLE);
    return members.map(({ id }) => id);
  }
  const everybody = await tx
    .select({ id: people.externalId })
    .from(people)
    .where(gt(people.externalId, row.doneThrough))
    .orderBy(asc(people.externalId))
    .limit(CHUNK_PEOPLE);
  return everybody.map(({ id }) => id);
}

/** @returns false when no recompute is waiting that nobody else works on */
export async function recomputeChunk({ db, now }: { db: Database; now: () => number }): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx
      .select()
      .from(recomputes)
      .orderBy(asc(recomputes.id))
      .limit(1)
      .for('update', { skipLocked: true });
    if (row === undefined) return false;
    const personIds = await nextPeople({ tx, row });
    const last = personIds.at(-1);
    if (last === undefined) {
      await tx.delete(recomputes).where(eq(recomputes.id, row.id));
      return true;
    }
    if (row.connectionId === null) await foldAndPlan({ tx, personIds, now });
    else await planSeats({ tx, personIds, connectionId: row.connectionId, nowMs: now() });
    await tx.update(recomputes).set({ doneThrough: last }).where(eq(recomputes.id, row.id));
    return true;
  });
}
