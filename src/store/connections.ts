/** Connections and their grants. A row outlives its connection, so that a slug is never used again. */
import { and, eq, isNull, like, or, sql } from 'drizzle-orm';
import { connectionSettings, connections, grants, seats } from '../../drizzle/schema.ts';
import type { Settings } from '../domain/settings.ts';
import type { Queryable, Transaction } from './database.ts';
import { appendConnectionEntry } from './record/connection-entries.ts';

export type ConnectionRow = typeof connections.$inferSelect;

export async function connectionOfTeam({
  db,
  teamId,
}: {
  db: Queryable;
  teamId: string;
}): Promise<ConnectionRow | undefined> {
  const [row] = await db
    .select()
    .from(connections)
    .where(and(eq(connections.teamId, teamId), isNull(connections.endedAt)));
  return row;
}

/** Locked against everything that changes the connection; undefined when there is none, or it ended. */
export async function lockConnection({
  tx,
  id,
}: {
  tx: Transaction;
  id: string;
}): Promise<ConnectionRow | undefined> {
  const [row] = await tx
    .select()
    .from(connections)
    .where(and(eq(connections.id, id), isNull(connections.endedAt)))
    .for('update');
  return row;
}

/** Slugs in use, or used before, that are this one or this one with a number. */
export async function slugsLike({ tx, slug }: { tx: Transaction; slug: string }): Promise<Set<string>> {
  const rows = await tx
    .select({ slug: connections.slug })
    .from(connections)
    .where(or(eq(connections.slug, slug), like(connections.slug, `${slug}-%`)));
  return new Set(rows.map((row) => row.slug));
}

/**
 * With its first settings and its grant.
 * @returns false when slug or team were taken at this very moment; nothing was stored then
 */
export async function insertConnection({
  tx,
  connection,
  settings,
  actor,
  refreshToken,
}: {
  tx: Transaction;
  connection: typeof connections.$inferInsert;
  settings: Settings;
  actor: string;
  /** Sealed for this connection. */
  refreshToken: string;
}): Promise<boolean> {
  const inserted = await tx.insert(connections).values(connection).onConflictDoNothing().returning();
  if (inserted.length === 0) return false;
  const connectionId = connection.id;
  await tx.insert(connectionSettings).values({ connectionId, version: 1, settings, actor });
  await tx.insert(grants).values({ connectionId, refreshToken });
  await appendConnectionEntry({
    tx,
    connectionId,
    actor,
    data: { event: 'connected', team: connection.teamId },
  });
  return true;
}

/** A new grant of the same team. Its access tokens come from it alone: an old one may lack what it added. */
export async function replaceGrant({
  tx,
  connectionId,
  refreshToken,
  about,
  actor,
  now,
}: {
  tx: Transaction;
  connectionId: string;
  /** Who began the reauthorisation. */
  actor: string;
  /** Sealed for this connection. */
  refreshToken: string;
  about: Pick<ConnectionRow, 'teamName' | 'adminMemberId' | 'adminEmail' | 'scopes' | 'status'>;
  now: Date;
}): Promise<void> {
  await tx
    .update(connections)
    .set({ ...about, brokenCause: null, checkedAt: now })
    .where(eq(connections.id, connectionId));
  const grant = { refreshToken, accessToken: null, accessTokenExpiresAt: null, updatedAt: now };
  await tx
    .insert(grants)
    .values({ connectionId, ...grant })
    .onConflictDoUpdate({ target: grants.connectionId, set: grant });
  await appendConnectionEntry({ tx, connectionId, actor, data: { event: 'reauthorised' } });
}

/** No seat and no sync of a paused connection calls Dropbox. */
export async function setPaused({
  tx,
  id,
  isPaused,
  actor,
}: {
  tx: Transaction;
  id: string;
  isPaused: boolean;
  actor: string;
}): Promise<void> {
  const status = isPaused ? 'paused' : 'connected';
  await tx.update(connections).set({ status }).where(eq(connections.id, id));
  const event = isPaused ? 'paused' : 'resumed';
  await appendConnectionEntry({ tx, connectionId: id, actor, data: { event } });
}

export async function markDisconnecting({
  tx,
  id,
  actor,
}: {
  tx: Transaction;
  id: string;
  actor: string;
}): Promise<void> {
  await tx.update(connections).set({ status: 'disconnecting' }).where(eq(connections.id, id));
  await appendConnectionEntry({ tx, connectionId: id, actor, data: { event: 'disconnecting' } });
}

/** Seats that stopped because the connection was down, and what their plan wants now. */
export async function seatsWaitingForConnection({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}) {
  return tx
    .select({ id: seats.id, plan: seats.plan })
    .from(seats)
    .where(and(eq(seats.connectionId, connectionId), sql`${seats.waiting}->>'kind' = 'connection'`));
}
