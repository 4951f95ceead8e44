/** The record: every fact, decision, intent, outcome and change, appended in the transaction that made it true. */
import { sql } from 'drizzle-orm';
import { bigint, bigserial, customType, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { RecordKind } from '../../src/domain/record.ts';
import { at, createdAt } from './column.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
/** PostgreSQL's 64-bit transaction number. */
const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' });

/** Refuses update, delete and truncate by triggers. `leaf` alone is the record; the other columns find it. */
export const recordEntries = pgTable(
  'record_entries',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    at: at('at').notNull(),
    kind: text().$type<RecordKind>().notNull(),
    personId: text('person_id'),
    connectionId: text('connection_id'),
    /** JSON canonicalised after RFC 8785, UTF-8. Personal values stand in it as ciphertext only. */
    leaf: bytes().notNull(),
  },
  (t) => [
    index('record_entries_person').on(t.personId, t.id).where(sql`${t.personId} is not null`),
    index('record_entries_connection').on(t.connectionId, t.id).where(sql`${t.connectionId} is not null`),
    index('record_entries_at').on(t.at),
  ],
);

/** Entries without a place in the order yet. A row leaves when every older transaction has ended. */
export const recordQueue = pgTable('record_queue', {
  entryId: bigint('entry_id', { mode: 'number' }).primaryKey(),
  transaction: transactionId().notNull().default(sql`pg_current_xact_id()`),
});

/** The order: without gaps, from 0, given by one sequencer. Refuses update, delete and truncate as well. */
export const recordPositions = pgTable('record_positions', {
  position: bigint({ mode: 'number' }).primaryKey(),
  entryId: bigint('entry_id', { mode: 'number' })
    .notNull()
    .unique()
    .references(() => recordEntries.id),
});

/** A key for each person (or connection) whose personal values the record holds; without it they are gone for good. */
export const recordKeys = pgTable('record_keys', {
  /** `person:` and an external id, or `connection:` and an id. */
  subject: text().primaryKey(),
  /** 256 bits, sealed by ENCRYPTION_KEYS and bound to the subject. */
  sealedKey: text('sealed_key').notNull(),
  createdAt: createdAt(),
});
