/** Trips of a team admin's browser to Dropbox and back. */
import { and, eq, gt, isNotNull, lt, ne } from 'drizzle-orm';
import { authorizations, type Problem } from '../../drizzle/schema.ts';
import type { Queryable, Transaction } from './database.ts';

export type AuthorizationRow = typeof authorizations.$inferSelect;

/** Also forgets the refresh tokens of grants that nobody saved in time. */
export async function insertAuthorization({
  tx,
  authorization,
  now,
}: {
  tx: Transaction;
  authorization: typeof authorizations.$inferInsert;
  now: Date;
}): Promise<void> {
  await tx
    .update(authorizations)
    .set({ refreshToken: null })
    .where(and(lt(authorizations.expiresAt, now), isNotNull(authorizations.refreshToken)));
  await tx.insert(authorizations).values(authorization);
}

/**
 * Takes the state out of use and returns what it began; undefined for one that is forged, used or expired. Of two
 * callbacks at the same moment one gets it.
 */
export async function consumeState({
  db,
  stateHash,
  now,
}: {
  db: Queryable;
  stateHash: string;
  now: Date;
}): Promise<AuthorizationRow | undefined> {
  const [row] = await db
    .update(authorizations)
    // No SHA-256 looks like this, so no state can ever match again.
    .set({ stateHash: `used:${stateHash}` })
    .where(
      and(
        eq(authorizations.stateHash, stateHash),
        eq(authorizations.status, 'pending'),
        gt(authorizations.expiresAt, now),
      ),
    )
    .returning();
  return row;
}

export async function refuseAuthorization({
  tx,
  id,
  problem,
}: {
  tx: Transaction;
  id: string;
  problem: Problem;
}): Promise<void> {
  await tx.update(authorizations).set({ status: 'refused', problem }).where(eq(authorizations.id, id));
}

export type Granted = Pick<
  AuthorizationRow,
  'teamId' | 'teamName' | 'adminMemberId' | 'adminEmail' | 'grantedScopes' | 'refreshToken' | 'expiresAt'
>;

/** @param granted `expiresAt` is until when it can be saved; no refresh token where nothing is left to be saved */
export async function markGranted({
  tx,
  id,
  granted,
}: {
  tx: Transaction;
  id: string;
  granted: Granted;
}): Promise<void> {
  await tx
    .update(authorizations)
    .set({ status: 'granted', ...granted })
    .where(eq(authorizations.id, id));
}

/** Locked, so that it is saved once. */
export async function lockAuthorization({
  tx,
  id,
}: {
  tx: Transaction;
  id: string;
}): Promise<AuthorizationRow | undefined> {
  const [row] = await tx.select().from(authorizations).where(eq(authorizations.id, id)).for('update');
  return row;
}

/** The refresh token lives with the connection from now on. */
export async function markSaved({
  tx,
  id,
  connectionId,
}: {
  tx: Transaction;
  id: string;
  connectionId: string;
}): Promise<void> {
  await tx
    .update(authorizations)
    .set({ status: 'saved', connectionId, refreshToken: null })
    .where(and(eq(authorizations.id, id), ne(authorizations.status, 'saved')));
}
