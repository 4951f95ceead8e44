/** Taking an address for a seat, or a place in the line of those who wait for it. */
import { and, asc, eq, lt, sql } from 'drizzle-orm';
import { emailClaims, emailWaiters } from '../../../drizzle/schema.ts';
import type { Transaction } from '../database.ts';

type Address = { tx: Transaction; connectionId: string; emailKey: string; seatId: string };

type Claim = typeof emailClaims.$inferSelect;

/** `place` 1 is next. The claim is locked until the transaction ends. */
export type ClaimAnswer = { taken: true } | { taken: false; claim: Claim; place: number };

export async function claimAddress({ tx, connectionId, emailKey, seatId }: Address): Promise<ClaimAnswer> {
  await tx
    .insert(emailClaims)
    .values({ connectionId, emailKey, holderSeatId: seatId, state: 'owned' })
    .onConflictDoNothing();
  const [claim] = await tx
    .select()
    .from(emailClaims)
    .where(and(eq(emailClaims.connectionId, connectionId), eq(emailClaims.emailKey, emailKey)))
    .for('update');
  // Released between the two statements: the line was empty, so another turn takes it.
  if (claim === undefined) return claimAddress({ tx, connectionId, emailKey, seatId });
  if (claim.holderSeatId === seatId) {
    // It may have stood in line before, while its plan did not want the address yet.
    await leaveLine({ tx, connectionId, emailKey, seatId });
    return { taken: true };
  }
  return { taken: false, claim, place: await standInLine({ tx, connectionId, emailKey, seatId }) };
}

async function standInLine({ tx, connectionId, emailKey, seatId }: Address): Promise<number> {
  await tx.insert(emailWaiters).values({ connectionId, emailKey, seatId }).onConflictDoNothing();
  const line = and(eq(emailWaiters.connectionId, connectionId), eq(emailWaiters.emailKey, emailKey));
  const [own] = await tx
    .select({ place: emailWaiters.place })
    .from(emailWaiters)
    .where(and(line, eq(emailWaiters.seatId, seatId)));
  const [ahead] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(emailWaiters)
    .where(and(line, lt(emailWaiters.place, own?.place ?? 0)))
    .orderBy(asc(sql`1`));
  return (ahead?.count ?? 0) + 1;
}

/** The address was nobody's of ours and is free now: the first in line takes it. */
export async function takeOverClaim({ tx, connectionId, emailKey, seatId }: Address): Promise<void> {
  const address = and(eq(emailClaims.connectionId, connectionId), eq(emailClaims.emailKey, emailKey));
  await tx
    .update(emailClaims)
    .set({ holderSeatId: seatId, state: 'owned', heldSince: null, holdUntil: null, teamMemberId: null })
    .where(address);
  await leaveLine({ tx, connectionId, emailKey, seatId });
}

async function leaveLine({ tx, connectionId, emailKey, seatId }: Address): Promise<void> {
  await tx
    .delete(emailWaiters)
    .where(
      and(
        eq(emailWaiters.connectionId, connectionId),
        eq(emailWaiters.emailKey, emailKey),
        eq(emailWaiters.seatId, seatId),
      ),
    );
}
