/** A removal was read back: every address of the seat is held, by Dropbox's clock. */
import { and, eq } from 'drizzle-orm';
import { emailClaims } from '../../../drizzle/schema.ts';
import type { Transaction } from '../database.ts';

type Hold = { tx: Transaction; seatId: string; connectionId: string; teamMemberId: string | null };

/** @param emailKeys addresses that the member had, claimed here if nobody holds them yet */
export async function holdAddresses({
  tx,
  seatId,
  connectionId,
  teamMemberId,
  emailKeys,
  heldSince,
  holdUntil,
}: Hold & { emailKeys: string[]; heldSince: Date; holdUntil: Date }): Promise<void> {
  const held = { state: 'held', heldSince, holdUntil, teamMemberId } as const;
  if (emailKeys.length > 0) {
    await tx
      .insert(emailClaims)
      .values(emailKeys.map((emailKey) => ({ connectionId, emailKey, holderSeatId: seatId, ...held })))
      .onConflictDoNothing();
  }
  await tx
    .update(emailClaims)
    .set(held)
    .where(and(eq(emailClaims.holderSeatId, seatId), eq(emailClaims.connectionId, connectionId)));
}

/** The person is back: the addresses are in use again. */
export async function ownAddresses({ tx, seatId }: { tx: Transaction; seatId: string }): Promise<void> {
  await tx
    .update(emailClaims)
    .set({ state: 'owned', heldSince: null, holdUntil: null, teamMemberId: null })
    .where(eq(emailClaims.holderSeatId, seatId));
}
