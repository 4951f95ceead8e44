/**
 * Letting go of an address and giving it to the next who waits are one transaction, so that nobody can come between.
 * Only that waiter is woken, and only if its present plan still wants the address.
 */
import { and, asc, eq, notInArray } from 'drizzle-orm';
import { emailClaims, emailWaiters, seats } from '../../../drizzle/schema.ts';
import { currentStep } from '../../domain/plan.ts';
import type { Transaction } from '../database.ts';
import { tellTemporal } from '../outbox.ts';

/**
 * Releases the addresses of a seat, and gives up its places in line.
 * @param except addresses that it keeps, or stays in line for
 */
export async function releaseAddresses({
  tx,
  seatId,
  nowMs,
  except = [],
}: {
  tx: Transaction;
  seatId: string;
  nowMs: number;
  except?: readonly string[];
}): Promise<void> {
  await tx
    .delete(emailWaiters)
    .where(and(eq(emailWaiters.seatId, seatId), notInArray(emailWaiters.emailKey, [...except])));
  const claims = await tx
    .select()
    .from(emailClaims)
    .where(and(eq(emailClaims.holderSeatId, seatId), notInArray(emailClaims.emailKey, [...except])))
    .orderBy(asc(emailClaims.emailKey))
    .for('update');
  for (const { connectionId, emailKey } of claims) await handOn({ tx, connectionId, emailKey, nowMs });
}

async function handOn({
  tx,
  connectionId,
  emailKey,
  nowMs,
}: {
  tx: Transaction;
  connectionId: string;
  emailKey: string;
  nowMs: number;
}): Promise<void> {
  const address = and(eq(emailClaims.connectionId, connectionId), eq(emailClaims.emailKey, emailKey));
  const line = await tx
    .select({ seatId: seats.id, plan: seats.plan, place: emailWaiters.place })
    .from(emailWaiters)
    .innerJoin(seats, eq(seats.id, emailWaiters.seatId))
    .where(and(eq(emailWaiters.connectionId, connectionId), eq(emailWaiters.emailKey, emailKey)))
    .orderBy(asc(emailWaiters.place));
  const next = line.find(({ plan }) => currentStep({ plan, nowMs }).step.desired === 'member');
  if (next === undefined) {
    await tx.delete(emailClaims).where(address);
    return;
  }
  await tx
    .update(emailClaims)
    .set({ holderSeatId: next.seatId, state: 'owned', heldSince: null, holdUntil: null, teamMemberId: null })
    .where(address);
  await tx
    .delete(emailWaiters)
    .where(
      and(
        eq(emailWaiters.connectionId, connectionId),
        eq(emailWaiters.emailKey, emailKey),
        eq(emailWaiters.seatId, next.seatId),
      ),
    );
  await tellTemporal({ tx, kind: 'seat', subjects: [{ id: next.seatId }] });
}
