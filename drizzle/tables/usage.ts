/** Who used their account when, and how many licences were bought and used. */
import {
  bigint,
  boolean,
  date,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import type { ActivitySource } from '../../src/domain/activity.ts';
import type { LogReading } from '../../src/domain/log-reading.ts';
import { at, type Problem } from './column.ts';
import { connections } from './connections.ts';

/** The latest sign of life of each member. Kept apart from `members`: the log may know somebody before the listing does. */
export const memberActivity = pgTable(
  'member_activity',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    teamMemberId: text('team_member_id').notNull(),
    lastActivityAt: at('last_activity_at').notNull(),
    source: text().$type<ActivitySource>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.teamMemberId] })],
);

/** How far the audit log of a team has been read. Without a gap from `coveredFrom` to `coveredThrough`. */
export const activityLogs = pgTable('activity_logs', {
  connectionId: text('connection_id')
    .primaryKey()
    .references(() => connections.id),
  /** The reading under way, and the cursor behind its last page; null when none is under way. */
  reading: jsonb().$type<LogReading>(),
  cursor: text(),
  /** From here on the log was read, or is being read; null before the first reading. */
  coveredFrom: at('covered_from'),
  /** When the last reading began that reached the end of the log, by Dropbox's clock; null until one does. */
  coveredThrough: at('covered_through'),
  /** Whether the team's plan logs file events; null when not known. */
  hasFileEvents: boolean('has_file_events'),
  /** Why activity is not known, if it is not. */
  problem: jsonb().$type<Problem>(),
  events: bigint({ mode: 'number' }).notNull().default(0),
  /** Event types that nobody has told us about, with how often each was seen. */
  unknownTypes: jsonb('unknown_types').$type<Record<string, number>>().notNull().default({}),
  devicesReadAt: at('devices_read_at'),
});

/** One a day and connection; the last sync of a day decides. */
export const licenceSnapshots = pgTable(
  'licence_snapshots',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    /** UTC. */
    date: date({ mode: 'string' }).notNull(),
    purchased: integer().notNull(),
    provisioned: integer().notNull(),
    used: integer().notNull(),
    /** Seats of suspended members, and of members known to be dormant. */
    suspended: integer().notNull(),
    dormant: integer().notNull(),
    takenAt: at('taken_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.date] })],
);

/** Whose seat nobody uses: `dormancy` of src/domain/activity.ts for all members at once, with the time of the query. */
export const memberDormancy = pgView('member_dormancy', {
  connectionId: text('connection_id').notNull(),
  teamMemberId: text('team_member_id').notNull(),
  lastActivityAt: at('last_activity_at'),
  source: text().$type<ActivitySource>(),
  /** Null: not known, or not active. */
  dormant: boolean(),
}).existing();
