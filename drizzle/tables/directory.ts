/** What was said about people, and what it amounts to. */
import { sql } from 'drizzle-orm';
import {
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { PersonSlice } from '../../src/domain/fact.ts';
import { at, createdAt } from './column.ts';
import { connections } from './connections.ts';

/** What HR, a directory call or an operator said, as it was said. `body` is the only place that keeps it. */
export const facts = pgTable(
  'facts',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    /** `events` for everything that comes in at /v1/events, `directory` for PUTs. */
    source: text().notNull(),
    eventId: text('event_id').notNull(),
    type: text().notNull(),
    /** Null for a cancellation whose target has not arrived. */
    personId: text('person_id'),
    occurredAt: at('occurred_at').notNull(),
    effectiveAt: at('effective_at'),
    /** YYYY-MM-DD when the fact named a day; the person's time zone then decides the instant. */
    effectiveDate: text('effective_date'),
    /** Event id within the same source. */
    cancels: text(),
    body: jsonb().$type<Record<string, unknown>>().notNull(),
    /** SHA-256 of the canonical body: the same id with another body is a conflict. */
    bodyHash: text('body_hash').notNull(),
    actor: text().notNull(),
    receivedAt: at('received_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('facts_source_event').on(t.source, t.eventId),
    index('facts_person').on(t.personId),
    index('facts_cancels').on(t.source, t.cancels).where(sql`${t.cancels} is not null`),
  ],
);

/** The directory, folded from facts: `slices` is the person from now on, first the present. */
export const people = pgTable('people', {
  externalId: text('external_id').primaryKey(),
  /** How this person appears in workflow ids and payloads: the external id, or an opaque id of ours. */
  ref: text().notNull().unique(),
  slices: jsonb().$type<PersonSlice[]>().notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
});

/** Plans name a revision; activities look the values up here, so that no name enters a workflow. */
export const profileRevisions = pgTable(
  'profile_revisions',
  {
    personId: text('person_id')
      .notNull()
      .references(() => people.externalId),
    revision: integer().notNull(),
    email: text(),
    givenName: text('given_name'),
    surname: text(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.revision] })],
);

export const groups = pgTable('groups', { name: text().primaryKey(), createdAt: createdAt() });

/**
 * Who is, or will be, in a group: an index over `people.slices`, rebuilt with them. Neither people nor groups are ever
 * deleted, and checking references would be most of the time that a group of 10,000 takes to be put.
 */
export const groupMembers = pgTable(
  'group_members',
  {
    groupName: text('group_name').notNull(),
    personId: text('person_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.groupName, t.personId] }), index('group_members_person').on(t.personId)],
);

export const assignments = pgTable(
  'assignments',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    kind: text().$type<'everyone' | 'group' | 'person'>().notNull(),
    /** Group name or external id; empty for everyone. */
    subject: text().notNull().default(''),
    actor: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.kind, t.subject] })],
);
