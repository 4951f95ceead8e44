/** Which grants are due to be tried, and what came of it. */
import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import { connections } from '../../drizzle/schema.ts';
import { currentStep } from '../domain/plan.ts';
import { seatsWaitingForConnection } from './connections.ts';
import type { Queryable, Transaction } from './database.ts';
import { PRIORITY, tellTemporal } from './outbox.ts';
import { appendConnectionEntry } from './record/connection-entries.ts';

/** A little less than a quarter of an hour and an hour: the Schedule itself has some jitter. */
const LOOK_AT_BROKEN_AFTER = '14 minutes';
const PROBE_AFTER = '59 minutes';
const CONNECTIONS_PER_RUN = 1_000;

/** The longest unchecked first; whoever is paused or going is left alone. */
export async function connectionsToCheck({ db }: { db: Queryable }): Promise<string[]> {
  const olderThan = (span: string) => lt(connections.checkedAt, sql`now() - ${span}::interval`);
  const rows = await db
    .select({ id: connections.id })
    .from(connections)
    .where(
      and(
        isNull(connections.endedAt),
        or(
          and(eq(connections.status, 'broken'), olderThan(LOOK_AT_BROKEN_AFTER)),
          and(eq(connections.status, 'connected'), olderThan(PROBE_AFTER)),
        ),
      ),
    )
    .orderBy(asc(connections.checkedAt))
    .limit(CONNECTIONS_PER_RUN);
  return rows.map(({ id }) => id);
}

/** Undefined when the connection may not call Dropbox, or has ended. */
export async function checkableConnection({
  db,
  id,
}: {
  db: Queryable;
  id: string;
}): Promise<{ scopes: string[] } | undefined> {
  const [row] = await db
    .select({ scopes: connections.scopes })
    .from(connections)
    .where(
      and(
        eq(connections.id, id),
        isNull(connections.endedAt),
        or(eq(connections.status, 'broken'), eq(connections.status, 'connected')),
      ),
    );
  return row;
}

/** The grant works. A connection that was broken is so no longer, and its seats go on. */
export async function noteWorking({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<void> {
  const [before] = await tx
    .select({ status: connections.status })
    .from(connections)
    .where(eq(connections.id, connectionId))
    .for('update');
  const isRestored = before?.status === 'broken';
  await tx
    .update(connections)
    .set({ checkedAt: new Date(), ...(isRestored ? { status: 'connected', brokenCause: null } : {}) })
    .where(eq(connections.id, connectionId));
  if (!isRestored) return;
  await appendConnectionEntry({ tx, connectionId, data: { event: 'restored' } });
  await wakeWaitingSeats({ tx, connectionId, nowMs: Date.now() });
}

/** Seats that stopped for want of a grant go on, removals first. */
export async function wakeWaitingSeats({
  tx,
  connectionId,
  nowMs,
}: {
  tx: Transaction;
  connectionId: string;
  nowMs: number;
}): Promise<void> {
  const waiting = await seatsWaitingForConnection({ tx, connectionId });
  const subjects = waiting.map(({ id, plan }) => {
    const leaves = currentStep({ plan, nowMs }).step.desired === 'none';
    return { id, priority: leaves ? PRIORITY.removal : PRIORITY.other };
  });
  await tellTemporal({ tx, kind: 'seat', subjects });
}
