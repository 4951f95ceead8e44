/**
 * Every table. What is true lives here; workflows only carry what they need to take the next step.
 *
 * Rules that hold for all of them:
 * 1. Times are `timestamptz`. Hold times are by Dropbox's clock (its `Date` header), all others by ours.
 * 2. Secrets are ciphertext bound to their row (src/crypto/keyring.ts).
 * 3. A plan version never goes down, and a fact, plan, intent or settings version is never rewritten.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { PersonSlice } from '../src/domain/fact.ts';
import type { Plan } from '../src/domain/plan.ts';
import type { Attention, MemberStatus, SeatState, SkippedAction, Waiting } from '../src/domain/seat.ts';
import type { Settings } from '../src/domain/settings.ts';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });
const createdAt = () => at('created_at').notNull().defaultNow();

/** What failed, in words an operator can act on; no personal data, no secrets. */
export type Problem = { code: string; detail: string; nextStep: string };

export const apiKeys = pgTable('api_keys', {
  id: text().primaryKey(),
  name: text().notNull(),
  role: text().$type<'admin' | 'operator' | 'hr' | 'scim' | 'auditor'>().notNull(),
  /** First characters of the key, so that a person can tell keys apart. */
  prefix: text().notNull(),
  /** SHA-256 of the whole key, hex. Keys are 256-bit random, so a slow hash adds nothing. */
  secretHash: text('secret_hash').notNull().unique(),
  createdBy: text('created_by').notNull(),
  createdAt: createdAt(),
  revokedAt: at('revoked_at'),
});

/** One trip of a team admin's browser to Dropbox and back. Lives ten minutes. */
export const authorizations = pgTable('authorizations', {
  id: text().primaryKey(),
  /** SHA-256 of `state`, hex: what comes back is compared, what is stored cannot be replayed. */
  stateHash: text('state_hash').notNull().unique(),
  purpose: text().$type<'connect' | 'reauthorize'>().notNull(),
  connectionId: text('connection_id'),
  access: text().$type<'read' | 'provision'>().notNull(),
  requestedScopes: text('requested_scopes').array().notNull(),
  codeVerifier: text('code_verifier').notNull(),
  /** The API key (or session) that began it: nobody else may save it. */
  begunBy: text('begun_by').notNull(),
  status: text().$type<'pending' | 'granted' | 'refused' | 'saved'>().notNull().default('pending'),
  problem: jsonb().$type<Problem>(),
  teamId: text('team_id'),
  teamName: text('team_name'),
  adminMemberId: text('admin_member_id'),
  adminEmail: text('admin_email'),
  grantedScopes: text('granted_scopes').array(),
  refreshToken: text('refresh_token'),
  createdAt: createdAt(),
  expiresAt: at('expires_at').notNull(),
});

/** A row outlives its connection (`endedAt`), so that a slug is never used again. */
export const connections = pgTable(
  'connections',
  {
    id: text().primaryKey(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    teamId: text('team_id').notNull(),
    teamName: text('team_name').notNull(),
    adminMemberId: text('admin_member_id').notNull(),
    adminEmail: text('admin_email').notNull(),
    scopes: text().array().notNull(),
    status: text()
      .$type<'connected' | 'broken' | 'paused' | 'disconnecting'>()
      .notNull()
      .default('connected'),
    brokenCause: jsonb('broken_cause').$type<Problem>(),
    settingsVersion: integer('settings_version').notNull().default(1),
    createdAt: createdAt(),
    endedAt: at('ended_at'),
  },
  (t) => [uniqueIndex('connections_one_per_team').on(t.teamId).where(sql`${t.endedAt} is null`)],
);

export const grants = pgTable('grants', {
  connectionId: text('connection_id')
    .primaryKey()
    .references(() => connections.id),
  refreshToken: text('refresh_token').notNull(),
  accessToken: text('access_token'),
  accessTokenExpiresAt: at('access_token_expires_at'),
  updatedAt: at('updated_at').notNull().defaultNow(),
});

export const connectionSettings = pgTable(
  'connection_settings',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    version: integer().notNull(),
    settings: jsonb().$type<Settings>().notNull(),
    actor: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.version] })],
);

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

/** Who is, or will be, in a group: an index over `people.slices`, rebuilt with them. */
export const groupMembers = pgTable(
  'group_members',
  {
    groupName: text('group_name')
      .notNull()
      .references(() => groups.name),
    personId: text('person_id')
      .notNull()
      .references(() => people.externalId),
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
    action: text().$type<'add' | 'adopt' | 'recover' | 'remove'>().notNull(),
    planVersion: integer('plan_version').notNull(),
    settingsVersion: integer('settings_version').notNull(),
    profileRevision: integer('profile_revision'),
    /** The choices that went with the call (wipe, silent …): no names, no addresses. */
    choices: jsonb().$type<Record<string, unknown>>().notNull(),
    asyncJobId: text('async_job_id'),
    outcome: text().$type<'applied' | 'not_applied' | 'refused'>(),
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
    /** Counts up with every write, so that a row that changed while it was being sent is sent again. */
    revision: bigint({ mode: 'number' }).notNull().default(1),
    /** 0 removals, 1 recoveries, 2 everything else. */
    priority: smallint().notNull().default(2),
    createdAt: createdAt(),
    leasedUntil: at('leased_until'),
    attempts: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.kind, t.subjectId] }), index('outbox_order').on(t.priority, t.createdAt)],
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
    phase: text().$type<'members' | 'compare' | 'done'>().notNull().default('members'),
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
    lastActivityAt: at('last_activity_at'),
    lastActivitySource: text('last_activity_source'),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.teamMemberId] }),
    index('members_email').on(t.connectionId, t.emailKey),
    index('members_name').on(t.connectionId, t.name, t.teamMemberId),
  ],
);

/** What was answered to a POST with an Idempotency-Key, for a day, so that a repetition gets the same answer. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    key: text().notNull(),
    actor: text().notNull(),
    /** Method and path. */
    route: text().notNull(),
    bodyHash: text('body_hash').notNull(),
    /** Null while the first request is being answered. */
    status: smallint(),
    /** The answer's body, sealed: it may hold an API key or the state of an authorization. */
    response: text(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.actor, t.route, t.key] }),
    index('idempotency_keys_created').on(t.createdAt),
  ],
);
