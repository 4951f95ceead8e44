/** A removal was read back: every address of the seat is held, by Dropbox's clock. */
import { and, eq } from 'drizzle-orm';
import { emailClaims, emailWaiters } from '../../../drizzle/schema.ts';
import type { Transaction } from '../database.ts';
import { tellTemporal } from '../outbox.ts';

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
  const ofSeat = and(eq(emailClaims.holderSeatId, seatId), eq(emailClaims.connectionId, connectionId));
  await tx.update(emailClaims).set(held).where(ofSeat);
  // Who asked while the address was in use can be told now how long it takes.
  const waiters = await tx
    .select({ id: emailWaiters.seatId })
    .from(emailWaiters)
    .innerJoin(
      emailClaims,
      and(
        eq(emailClaims.connectionId, emailWaiters.connectionId),
        eq(emailClaims.emailKey, emailWaiters.emailKey),
      ),
    )
    .where(ofSeat);
  await tellTemporal({ tx, kind: 'seat', subjects: waiters });
}

/** The person is back: the addresses are in use again. */
export async function ownAddresses({ tx, seatId }: { tx: Transaction; seatId: string }): Promise<void> {
  await tx
    .update(emailClaims)
    .set({ state: 'owned', heldSince: null, holdUntil: null, teamMemberId: null })
    .where(eq(emailClaims.holderSeatId, seatId));
}
