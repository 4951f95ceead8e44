/** Seats, their plans, their addresses, and what was done about them. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Desired, Plan } from '../../src/domain/plan.ts';
import type { DecisionKind, IntentAction, IntentOutcome } from '../../src/domain/record.ts';
import type {
  Attention,
  InvitationDue,
  MemberStatus,
  SeatState,
  SkippedAction,
  Waiting,
} from '../../src/domain/seat.ts';
import { at, createdAt } from './column.ts';
import { connections } from './connections.ts';
import { people } from './directory.ts';

/** One person's place on one connection: what a lifecycle workflow looks after. */
export const seats = pgTable(
  'seats',
  {
    id: text().primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.externalId),
    workflowId: text('workflow_id').notNull().unique(),
    plan: jsonb().$type<Plan>().notNull(),
    planVersion: integer('plan_version').notNull(),
    /** Versions that a workflow last judged; behind the present ones means that work is waiting. */
    judgedPlan: integer('judged_plan').notNull().default(0),
    judgedSettings: integer('judged_settings').notNull().default(0),
    state: text().$type<SeatState>().notNull().default('waiting'),
    /** Dropbox's own status when last seen, null while there never was a member. */
    memberStatus: text('member_status').$type<MemberStatus>(),
    teamMemberId: text('team_member_id'),
    /** Profile revision that Dropbox has; null for an adopted member, which keeps its names. */
    profileRevision: integer('profile_revision'),
    holdUntil: at('hold_until'),
    waiting: jsonb().$type<Waiting>(),
    attention: jsonb().$type<Attention>(),
    skipped: jsonb().$type<SkippedAction>(),
    /** Written by the sync, cleared by the step that it asks for. */
    invitationDue: text('invitation_due').$type<InvitationDue>(),
    /** Dropbox's clock at the last read-back. A sync page fetched before it says nothing about this seat. */
    readBackAt: at('read_back_at'),
    createdAt: createdAt(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('seats_one_per_person').on(t.connectionId, t.personId),
    index('seats_person').on(t.personId),
    index('seats_member').on(t.connectionId, t.teamMemberId),
  ],
);

export const plans = pgTable(
  'plans',
  {
    seatId: text('seat_id')
      .notNull()
      .references(() => seats.id),
    version: integer().notNull(),
    plan: jsonb().$type<Plan>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.seatId, t.version] })],
);

/** What operators decided about a seat. Of those that say what it is to be, the last one stands until a later fact. */
export const decisions = pgTable(
  'decisions',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    seatId: text('seat_id')
      .notNull()
      .references(() => seats.id),
    kind: text().$type<Exclude<DecisionKind, 'retry'>>().notNull(),
    /** What the seat is to be, where the decision says so. */
    desired: text().$type<Desired>(),
    actor: text().notNull(),
    /** The plan that the operator saw. */
    planVersion: integer('plan_version').notNull(),
    at: at('at').notNull(),
  },
  (t) => [index('decisions_seat').on(t.seatId, t.id)],
);

/**
 * Who may use an address on a connection. `held` with no holder: somebody whom nobody managed was removed.
 * Released by deleting the row; handed over by changing the holder in the same transaction.
 */
export const emailClaims = pgTable(
  'email_claims',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    /** The lower-cased address. */
    emailKey: text('email_key').notNull(),
    holderSeatId: text('holder_seat_id').references(() => seats.id),
    state: text().$type<'owned' | 'held'>().notNull(),
    /** Both by Dropbox's clock; set while held. */
    heldSince: at('held_since'),
    holdUntil: at('hold_until'),
    /** The removed member that Dropbox may still be able to recover. */
    teamMemberId: text('team_member_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.emailKey] }),
    index('email_claims_holder').on(t.holderSeatId),
  ],
);

export const emailWaiters = pgTable(
  'email_waiters',
  {
    connectionId: text('connection_id').notNull(),
    emailKey: text('email_key').notNull(),
    seatId: text('seat_id')
      .notNull()
      .references(() => seats.id),
    /** The order of asking. */
    place: bigserial({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.emailKey, t.seatId] }),
    index('email_waiters_seat').on(t.seatId),
  ],
);

/**
 * Written before a call to Dropbox that changes something, closed after the read-back. An open one means that
 * nobody knows whether the call took effect: whoever comes next looks before acting.
 */
export const intents = pgTable(
  'intents',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    seatId: text('seat_id')
      .notNull()
      .references(() => seats.id),
    action: text().$type<IntentAction>().notNull(),
    planVersion: integer('plan_version').notNull(),
    settingsVersion: integer('settings_version').notNull(),
    profileRevision: integer('profile_revision'),
    /** The choices that went with the call (wipe, silent …): no names, no addresses. */
    choices: jsonb().$type<Record<string, unknown>>().notNull(),
    asyncJobId: text('async_job_id'),
    outcome: text().$type<IntentOutcome>(),
    /** Dropbox's refusal tag, when refused. */
    refusal: text(),
    startedAt: at('started_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (t) => [
    uniqueIndex('intents_one_open_per_seat').on(t.seatId).where(sql`${t.endedAt} is null`),
    index('intents_seat').on(t.seatId),
  ],
);

/** What Temporal has yet to be told: at most one row per subject, the highest version wins. */
export const outbox = pgTable(
  'outbox',
  {
    kind: text().$type<'seat' | 'sync' | 'schedule'>().notNull(),
    /** A seat's id, or a connection's. */
    subjectId: text('subject_id').notNull(),
    /** Of a seat: bulk goes out connection by connection. */
    connectionId: text('connection_id'),
    /** Counts up with every write, so that a row that changed while it was being sent is sent again. */
    revision: bigint({ mode: 'number' }).notNull().default(1),
    /** 0 removals, 1 recoveries, 2 everything else; 3 to 5 the same, of many seats at once. */
    priority: smallint().notNull().default(2),
    createdAt: createdAt(),
    leasedUntil: at('leased_until'),
    attempts: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.subjectId] }),
    index('outbox_order').on(t.priority, t.createdAt),
    index('outbox_bulk').on(t.connectionId, t.priority, t.createdAt).where(sql`${t.priority} >= 3`),
  ],
);

/** A change that touches too many seats for one transaction: worked off in chunks by the worker. */
export const recomputes = pgTable('recomputes', {
  id: bigserial({ mode: 'number' }).primaryKey(),
  connectionId: text('connection_id').references(() => connections.id),
  groupNames: text('group_names').array(),
  /** Everybody up to and including this external id is done. */
  doneThrough: text('done_through').notNull().default(''),
  cause: text().notNull(),
  createdAt: createdAt(),
});
