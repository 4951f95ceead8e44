/** Connected teams: who may connect and call, what was granted, what is set. */
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Settings } from '../../src/domain/settings.ts';
import { at, createdAt, type Problem } from './column.ts';

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
    /** When Dropbox last took a call of this connection, or was last asked whether it would. */
    checkedAt: at('checked_at').notNull().defaultNow(),
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
