/** How an authorisation stands. Nothing here leads to a token. */
import { eq } from 'drizzle-orm';
import { authorizations, connections, type Problem } from '../../drizzle/schema.ts';
import type { Reader } from './reader.ts';
import { iso } from './times.ts';

type Authorization = {
  id: string;
  status: 'pending' | 'granted' | 'refused' | 'expired';
  access: 'read' | 'provision';
  team?: { id: string; name: string };
  admin?: { email: string };
  problem?: Problem;
  /** Slug, once it is saved, or from the beginning when it renews a connection's grant. */
  connection?: string;
  expiresAt: string;
};

export type AuthorizationFound = {
  authorization: Authorization;
  begunBy: string;
  purpose: 'connect' | 'reauthorize';
};

/** The caller decides who may see it, by `begunBy`. */
export async function findAuthorization({
  db,
  id,
  now,
}: {
  db: Reader;
  id: string;
  now: Date;
}): Promise<AuthorizationFound | undefined> {
  const [found] = await db
    .select({ row: authorizations, slug: connections.slug })
    .from(authorizations)
    .leftJoin(connections, eq(connections.id, authorizations.connectionId))
    .where(eq(authorizations.id, id));
  if (found === undefined) return undefined;
  const { row, slug } = found;
  const { teamId, teamName, adminEmail, problem } = row;
  return {
    begunBy: row.begunBy,
    purpose: row.purpose,
    authorization: {
      id: row.id,
      status: statusOf({ row, now }),
      access: row.access,
      ...(teamId !== null && teamName !== null ? { team: { id: teamId, name: teamName } } : {}),
      ...(adminEmail !== null ? { admin: { email: adminEmail } } : {}),
      ...(problem !== null ? { problem } : {}),
      ...(slug !== null ? { connection: slug } : {}),
      expiresAt: iso(row.expiresAt),
    },
  };
}

function statusOf({
  row,
  now,
}: {
  row: typeof authorizations.$inferSelect;
  now: Date;
}): Authorization['status'] {
  switch (row.status) {
    case 'saved':
      return 'granted';
    case 'refused':
      return 'refused';
    case 'pending':
      return row.expiresAt > now ? 'pending' : 'expired';
    case 'granted':
      // Without a refresh token nothing waits to be saved: it renewed a connection's grant, or was not saved in time.
      return row.purpose === 'reauthorize' || row.expiresAt > now ? 'granted' : 'expired';
    default:
      return row.status satisfies never;
  }
}
