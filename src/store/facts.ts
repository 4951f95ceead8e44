/** What was said, by whoever said it. A fact is written once and never changed; `(source, eventId)` names it. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { facts } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';
import type { FactRow } from './planning/person-facts.ts';
import { appendPersonalEntries } from './record/append-entries.ts';
import { factEntry } from './record/fact-entries.ts';
import type { RecordKeyring } from './record/subject-keys.ts';

export type NewFact = typeof facts.$inferInsert;
/** What a PUT says of somebody, from this moment on. */
export type DirectoryFact = Omit<FactRow, 'id' | 'effectiveDate' | 'cancels'>;
/** Enough to tell a repetition from a conflict. */
export type FactMark = Pick<FactRow, 'eventId' | 'bodyHash' | 'personId'>;

const ROWS_PER_STATEMENT = 5_000;
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

/**
 * @param rows of one source; none of them cancels another or names a day
 * @throws an error of PostgreSQL when an id is taken: these ids are ours, and new
 */
export async function appendFacts({
  tx,
  keyring,
  rows,
}: {
  tx: Transaction;
  keyring: RecordKeyring;
  rows: readonly DirectoryFact[];
}): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
    const chunk = rows.slice(i, i + ROWS_PER_STATEMENT);
    // One parameter for all of them: a group of 10,000 would be 100,000 parameters, and seconds.
    const stored = await tx.execute<{ id: string; eventId: string }>(sql`
      insert into facts (source, event_id, type, person_id, occurred_at, effective_at, body, body_hash, actor, received_at)
      select f."source", f."eventId", f."type", f."personId", f."occurredAt", f."effectiveAt", f."body", f."bodyHash",
        f."actor", f."receivedAt"
      from jsonb_to_recordset(${JSON.stringify(chunk)}::jsonb) as f(
        "source" text, "eventId" text, "type" text, "personId" text, "occurredAt" timestamptz,
        "effectiveAt" timestamptz, "body" jsonb, "bodyHash" text, "actor" text, "receivedAt" timestamptz)
      order by f."eventId"
      returning id, event_id as "eventId"`);
    const ids = new Map(stored.rows.map(({ id, eventId }) => [eventId, Number(id)]));
    const entries = chunk.map((row) =>
      factEntry({ ...row, id: ids.get(row.eventId) as number, effectiveDate: null, cancels: null }),
    );
    await appendPersonalEntries({ tx, keyring, entries });
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
