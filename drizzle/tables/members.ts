/** What Dropbox reports, and the syncs that fetch it. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { MemberStatus } from '../../src/domain/seat.ts';
import { at, type Problem } from './column.ts';
import { connections } from './connections.ts';

export const syncs = pgTable(
  'syncs',
  {
    id: text().primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    workflowId: text('workflow_id'),
    runId: text('run_id'),
    /** `queued` until a worker begins it. */
    status: text().$type<'queued' | 'running' | 'succeeded' | 'failed'>().notNull(),
    phase: text()
      .$type<'members' | 'activity' | 'licences' | 'compare' | 'done'>()
      .notNull()
      .default('members'),
    processed: integer().notNull().default(0),
    total: integer(),
    /** Where the listing stands: committed together with the pages before it. */
    cursor: text(),
    listingStartedAt: at('listing_started_at'),
    problem: jsonb().$type<Problem>(),
    report: jsonb().$type<Record<string, number>>(),
    startedAt: at('started_at').notNull().defaultNow(),
    progressAt: at('progress_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [
    uniqueIndex('syncs_one_at_a_time').on(t.connectionId).where(sql`${t.finishedAt} is null`),
    index('syncs_connection').on(t.connectionId, t.startedAt),
  ],
);

/** Columns that a listing fills, in staging and in the table of members alike. */
const memberColumns = () => ({
  teamMemberId: text('team_member_id').notNull(),
  externalId: text('external_id'),
  email: text().notNull(),
  emailKey: text('email_key').notNull(),
  name: text().notNull(),
  status: text().$type<MemberStatus>().notNull(),
  recoverable: boolean(),
  role: text().notNull(),
  joinedAt: at('joined_at'),
  invitedAt: at('invited_at'),
  suspendedAt: at('suspended_at'),
  /** Dropbox's clock when it said so. An older page never overwrites a newer one. */
  seenAt: at('seen_at').notNull(),
});

/** Pages of a listing that has not ended: decides nothing, and is thrown away if the listing fails. */
export const stagedMembers = pgTable(
  'staged_members',
  { syncId: text('sync_id').notNull(), ...memberColumns() },
  (t) => [index('staged_members_sync').on(t.syncId, t.teamMemberId)],
);

/** What Dropbox reports, as last seen by a sync or a read-back. */
export const members = pgTable(
  'members',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    ...memberColumns(),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.teamMemberId] }),
    index('members_email').on(t.connectionId, t.emailKey),
    index('members_name').on(t.connectionId, t.name, t.teamMemberId),
  ],
);
