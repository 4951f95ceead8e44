/** The tokens of a connection, sealed and bound to their row. They leave this file only as arguments of a call. */
import { eq } from 'drizzle-orm';
import { grants } from '../../drizzle/schema.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Database } from './database.ts';

/** What the tokens of a connection are sealed for. */
export const grantBinding = (connectionId: string): string => `grant:${connectionId}`;

export type GrantKeyring = Pick<Keyring, 'openText' | 'sealText'>;

export type StoredGrant = {
  refreshToken: string;
  access: { accessToken: string; expiresAt: Date } | null;
  /** Changes when the grant is replaced: whoever holds tokens of an older one throws them away. */
  grantedAt: Date;
};

/** @returns null when the connection has no grant (disconnected) */
export async function loadGrant({
  db,
  keyring,
  connectionId,
}: {
  db: Database;
  keyring: GrantKeyring;
  connectionId: string;
}): Promise<StoredGrant | null> {
  const [row] = await db.select().from(grants).where(eq(grants.connectionId, connectionId));
  if (row === undefined) return null;
  const bound = grantBinding(connectionId);
  return {
    refreshToken: keyring.openText({ sealed: row.refreshToken, boundTo: bound }),
    access:
      row.accessToken === null || row.accessTokenExpiresAt === null
        ? null
        : {
            accessToken: keyring.openText({ sealed: row.accessToken, boundTo: bound }),
            expiresAt: row.accessTokenExpiresAt,
          },
    grantedAt: row.updatedAt,
  };
}

export async function keepAccessToken({
  db,
  keyring,
  connectionId,
  accessToken,
  expiresAt,
}: {
  db: Database;
  keyring: GrantKeyring;
  connectionId: string;
  accessToken: string;
  expiresAt: Date;
}): Promise<void> {
  await db
    .update(grants)
    .set({
      accessToken: keyring.sealText({ plain: accessToken, boundTo: grantBinding(connectionId) }),
      accessTokenExpiresAt: expiresAt,
    })
    .where(eq(grants.connectionId, connectionId));
}
