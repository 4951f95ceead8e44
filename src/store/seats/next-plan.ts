/** One seat's next plan, given by somebody's decision; plans that follow from the directory come from plan-seats.ts. */
import { and, eq } from 'drizzle-orm';
import { plans, seats } from '../../../drizzle/schema.ts';
import type { Plan } from '../../domain/plan.ts';
import { OURSELVES } from '../../domain/record.ts';
import type { Transaction } from '../database.ts';
import { appendEntries } from '../record/append-entries.ts';
import { seatChange, seatOnRecord } from '../record/seat-entries.ts';
import type { Seat } from './seat-case.ts';

/** Locked until the transaction ends; undefined when the person has no seat on the connection. */
export async function lockSeatOfPerson({
  tx,
  connectionId,
  personId,
}: {
  tx: Transaction;
  connectionId: string;
  personId: string;
}): Promise<Seat | undefined> {
  const [seat] = await tx
    .select()
    .from(seats)
    .where(and(eq(seats.connectionId, connectionId), eq(seats.personId, personId)))
    .for('update');
  return seat;
}

/**
 * Keeps the plan among those the seat had and makes it the present one. Temporal has yet to be told.
 * @param plan its version is one above the seat's, read under the seat's lock
 * @param changes what else of the seat changes at the same moment
 */
export async function giveNextPlan({
  tx,
  seatId,
  plan,
  changes = {},
}: {
  tx: Transaction;
  seatId: string;
  plan: Plan;
  changes?: Partial<Omit<Seat, 'id' | 'plan' | 'planVersion' | 'updatedAt'>>;
}): Promise<void> {
  const { about, mark } = await seatOnRecord({ tx, seatId });
  await tx.insert(plans).values({ seatId, version: plan.version, plan });
  const [after] = await tx
    .update(seats)
    .set({ ...changes, plan, planVersion: plan.version, updatedAt: new Date() })
    .where(eq(seats.id, seatId))
    .returning();
  const change = after === undefined ? null : seatChange({ before: mark, after });
  const told = { actor: OURSELVES, ...about, plan: plan.version };
  await appendEntries({
    tx,
    entries: [
      { kind: 'plan', data: { steps: plan.steps }, ...told },
      ...(change === null ? [] : [{ ...change, ...told }]),
    ],
  });
}
