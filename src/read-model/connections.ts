/** Connections as people see them. Ended ones are gone. */
import { and, asc, eq, gt, isNull, or } from 'drizzle-orm';
import { connections, type Problem } from '../../drizzle/schema.ts';
import { decodeCursor, mapPage, pageOf } from './cursor.ts';
import { countIdle, type IdleMembers, type LicenceFigures, latestLicences } from './licences.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { latestSyncs, type SyncRun } from './syncs.ts';
import { DAY_MS, iso } from './times.ts';

type ConnectionRow = typeof connections.$inferSelect;

export type Connection = {
  id: string;
  slug: string;
  name: string;
  team: { id: string; name: string };
  admin: { email: string };
  access: 'read' | 'provision';
  status: ConnectionRow['status'];
  problem?: Problem;
  sync: (SyncRun & { nextAt: string | null }) | null;
  /** Null until the first sync has counted them. */
  licences: LicenceFigures | null;
  /** How many members are dormant; null when that is not known. */
  dormant: number | null;
  createdAt: string;
};

/** Without these a connection can look, and nothing else. */
export const WRITE_SCOPES = ['members.write', 'members.delete'] as const;

/** The schedule fires at the time of day at which the connection was saved (and some jitter later). */
function nextSyncAt({ connection, now }: { connection: ConnectionRow; now: Date }): string | null {
  if (connection.status !== 'connected') return null;
  const sinceMs = now.getTime() - connection.createdAt.getTime();
  const days = Math.floor(Math.max(0, sinceMs) / DAY_MS) + 1;
  return iso(new Date(connection.createdAt.getTime() + days * DAY_MS));
}

/** What other tables know of connections, by their ids. */
type Beside = {
  syncs: Map<string, SyncRun>;
  idle: Map<string, IdleMembers>;
  licences: Map<string, LicenceFigures>;
};

async function besideOf({
  db,
  connectionIds,
}: {
  db: Reader;
  connectionIds: readonly string[];
}): Promise<Beside> {
  const [syncs, idle] = await Promise.all([
    latestSyncs({ db, connectionIds }),
    countIdle({ db, connectionIds }),
  ]);
  return { syncs, idle, licences: await latestLicences({ db, idle, connectionIds }) };
}

function asConnection({ row, beside, now }: { row: ConnectionRow; beside: Beside; now: Date }): Connection {
  const sync = beside.syncs.get(row.id);
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    team: { id: row.teamId, name: row.teamName },
    admin: { email: row.adminEmail },
    access: WRITE_SCOPES.every((scope) => row.scopes.includes(scope)) ? 'provision' : 'read',
    status: row.status,
    ...(row.brokenCause === null ? {} : { problem: row.brokenCause }),
    sync: sync === undefined ? null : { ...sync, nextAt: nextSyncAt({ connection: row, now }) },
    licences: beside.licences.get(row.id) ?? null,
    dormant: beside.idle.get(row.id)?.dormant ?? null,
    createdAt: iso(row.createdAt),
  };
}

/** What other reads and commands need to know of the connection that a path names. */
export type ConnectionRef = { id: string; slug: string; scopes: string[]; status: ConnectionRow['status'] };

/** @param name id or slug */
export async function resolveConnection({
  db,
  name,
}: {
  db: Reader;
  name: string;
}): Promise<ConnectionRef | undefined> {
  const [row] = await db
    .select({
      id: connections.id,
      slug: connections.slug,
      scopes: connections.scopes,
      status: connections.status,
    })
    .from(connections)
    .where(and(or(eq(connections.id, name), eq(connections.slug, name)), isNull(connections.endedAt)));
  return row;
}

export async function findConnection({
  db,
  id,
  now,
}: {
  db: Reader;
  id: string;
  now: Date;
}): Promise<Connection | undefined> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id));
  if (row === undefined) return undefined;
  return asConnection({ row, beside: await besideOf({ db, connectionIds: [id] }), now });
}

/** In the order of the slugs. */
export async function listConnections({
  db,
  cursor,
  limit,
  now,
}: PageRequest & { db: Reader; now: Date }): Promise<Page<Connection>> {
  const after = decodeCursor({ cursor, keys: 1 });
  const rows = await db
    .select()
    .from(connections)
    .where(and(isNull(connections.endedAt), after === null ? undefined : gt(connections.slug, `${after[0]}`)))
    .orderBy(asc(connections.slug))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [row.slug] });
  const beside = await besideOf({ db, connectionIds: page.items.map(({ id }) => id) });
  return mapPage({ page, item: (row) => asConnection({ row, beside, now }) });
}
