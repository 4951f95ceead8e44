/** What a connection leaves behind when it ends. The row itself stays, so that the slug is never used again. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { connections, emailClaims, emailWaiters, grants, intents, seats } from '../../drizzle/schema.ts';
import type { Plan } from '../domain/plan.ts';
import type { Queryable, Transaction } from './database.ts';
import { endIntent } from './intents.ts';
import { appendConnectionEntry } from './record/connection-entries.ts';
import { giveNextPlan } from './seats/next-plan.ts';

const openIntents = ({ db, connectionId }: { db: Queryable; connectionId: string }) =>
  and(
    isNull(intents.endedAt),
    inArray(
      intents.seatId,
      db.select({ id: seats.id }).from(seats).where(eq(seats.connectionId, connectionId)),
    ),
  );

/** Whether a write of the connection that began less than `youngerThanMs` ago has no outcome yet. */
export async function hasWritesInFlight({
  db,
  connectionId,
  youngerThanMs,
}: {
  db: Queryable;
  connectionId: string;
  youngerThanMs: number;
}): Promise<boolean> {
  const found = await db
    .select({ id: intents.id })
    .from(intents)
    .where(
      and(
        openIntents({ db, connectionId }),
        sql`${intents.startedAt} > now() - ${youngerThanMs} * interval '1 millisecond'`,
      ),
    )
    .limit(1);
  return found.length > 0;
}

/** Ends the row and deletes what only a live connection has: grant, claims on addresses and places in line. */
export async function closeConnection({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<void> {
  await tx.update(connections).set({ endedAt: new Date() }).where(eq(connections.id, connectionId));
  await appendConnectionEntry({ tx, connectionId, data: { event: 'disconnected' } });
  await tx.delete(grants).where(eq(grants.connectionId, connectionId));
  await tx.delete(emailWaiters).where(eq(emailWaiters.connectionId, connectionId));
  await tx.delete(emailClaims).where(eq(emailClaims.connectionId, connectionId));
}

/** All seats of the connection, locked until the transaction ends. */
export async function lockSeatsOfConnection({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<{ id: string; planVersion: number }[]> {
  return tx
    .select({ id: seats.id, planVersion: seats.planVersion })
    .from(seats)
    .where(eq(seats.connectionId, connectionId))
    .for('update');
}

/**
 * The seat lets go of its member, waits for nothing and asks for nothing.
 * @param plan the last one, which wants no member
 */
export async function releaseSeat({
  tx,
  seatId,
  plan,
}: {
  tx: Transaction;
  seatId: string;
  plan: Plan;
}): Promise<void> {
  await giveNextPlan({
    tx,
    seatId,
    plan,
    changes: {
      state: 'released',
      waiting: null,
      attention: null,
      skipped: null,
      holdUntil: null,
      teamMemberId: null,
      memberStatus: null,
    },
  });
}

/** Writes whose outcome can't be read back any more, since the grant is gone: they count as not applied. */
export async function giveUpIntents({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<void> {
  const open = await tx
    .select({ id: intents.id })
    .from(intents)
    .where(openIntents({ db: tx, connectionId }));
  for (const { id: intentId } of open) {
    await endIntent({ tx, intentId, outcome: 'not_applied', refusal: 'disconnected' });
  }
}
