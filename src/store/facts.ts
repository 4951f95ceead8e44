/** What was said, by whoever said it. A fact is written once and never changed; `(source, eventId)` names it. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { facts } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';
import type { FactRow } from './planning/person-facts.ts';
import { appendPersonalEntries } from './record/append-entries.ts';
import { factEntry } from './record/fact-entries.ts';
import type { RecordKeyring } from './record/subject-keys.ts';

export type NewFact = typeof facts.$inferInsert;
/** Enough to tell a repetition from a conflict. */
export type FactMark = Pick<FactRow, 'eventId' | 'bodyHash' | 'personId'>;

const ROWS_PER_STATEMENT = 1_000;
/** Any number that nobody else in the database uses. */
const TURNS = 7_328_255_338;

/**
 * Facts whose ids may be there already: the first of an id wins. They are written in the order of their ids, so that
 * two transactions with the same ids wait for each other instead of blocking each other for ever.
 * @param rows of one source, each id once, at least one
 * @returns those that were new
 */
export async function insertNewFacts({
  tx,
  keyring,
  rows,
}: {
  tx: Transaction;
  keyring: RecordKeyring;
  rows: readonly NewFact[];
}): Promise<Pick<FactRow, 'eventId' | 'personId'>[]> {
  const stored = await tx
    .insert(facts)
    .values([...rows].sort((a, b) => (a.eventId < b.eventId ? -1 : 1)))
    .onConflictDoNothing()
    .returning();
  await appendPersonalEntries({ tx, keyring, entries: stored.map(factEntry) });
  return stored;
}

/**
 * Senders of facts go side by side; one with a cancellation goes alone. Otherwise its target could be on its way in
 * another transaction that does not see the cancellation either, and neither would apply it.
 */
export async function takeTurns({ tx, alone }: { tx: Transaction; alone: boolean }): Promise<void> {
  await tx.execute(
    alone ? sql`select pg_advisory_xact_lock(${TURNS})` : sql`select pg_advisory_xact_lock_shared(${TURNS})`,
  );
}

/** @throws an error of PostgreSQL when an id is taken: these ids are ours, and new */
export async function appendFacts({
  tx,
  keyring,
  rows,
}: {
  tx: Transaction;
  keyring: RecordKeyring;
  rows: readonly NewFact[];
}): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
    const stored = await tx
      .insert(facts)
      .values(rows.slice(i, i + ROWS_PER_STATEMENT))
      .returning();
    await appendPersonalEntries({ tx, keyring, entries: stored.map(factEntry) });
  }
}

/** @returns by event id; ids that nobody has sent are missing */
export async function factMarks({
  tx,
  source,
  eventIds,
}: {
  tx: Transaction;
  source: string;
  eventIds: readonly string[];
}): Promise<Map<string, FactMark>> {
  const rows = await tx
    .select({ eventId: facts.eventId, bodyHash: facts.bodyHash, personId: facts.personId })
    .from(facts)
    .where(and(eq(facts.source, source), inArray(facts.eventId, [...eventIds])));
  return new Map(rows.map((row) => [row.eventId, row]));
}

/** Cancelled ones too. @returns by event id; ids that nobody has sent are missing */
export async function factsByEventId({
  tx,
  source,
  eventIds,
}: {
  tx: Transaction;
  source: string;
  eventIds: readonly string[];
}): Promise<Map<string, FactRow>> {
  const rows = await tx
    .select()
    .from(facts)
    .where(and(eq(facts.source, source), inArray(facts.eventId, [...eventIds])));
  return new Map(rows.map((row) => [row.eventId, row]));
}
