/** A paused seat takes facts in and asks nothing of Dropbox, until an operator resumes it. */
import type { DecisionKind } from '../domain/record.ts';
import type { Transaction } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
import { appendSeatEntries } from '../store/record/seat-entries.ts';
import { insertDecision } from '../store/seats/decisions.ts';
import { giveNextPlan } from '../store/seats/next-plan.ts';
import type { Seat } from '../store/seats/seat-case.ts';
import { inTransaction } from '../store/transaction.ts';
import { conflict, type Deciding, knownSeat, SEE_SEAT } from './known-seat.ts';

/**
 * A hold that ends meanwhile is not ended: nobody gets the address before the seat is resumed.
 * @throws CommandRefusal `not_found`; `state_conflict` when it is paused already, or its address was released
 */
export async function pauseSeat({ db, connectionId, personId, actor, now }: Deciding & { now: Date }) {
  return inTransaction(db, async (tx) => {
    const seat = await knownSeat({ tx, connectionId, personId });
    if (seat.plan.paused) throw conflict({ detail: 'The seat is paused already.', nextStep: SEE_SEAT });
    if (seat.state === 'released') {
      throw conflict({
        detail: 'The seat has ended: its address was released, and nothing is done about it.',
        nextStep: SEE_SEAT,
      });
    }
    return steer({ tx, seat, kind: 'pause', actor, now });
  });
}

/**
 * What somebody changed in Dropbox during the pause still waits for a decision; everything else goes on.
 * @throws CommandRefusal `not_found`; `state_conflict` when it is not paused
 */
export async function resumeSeat({ db, connectionId, personId, actor, now }: Deciding & { now: Date }) {
  return inTransaction(db, async (tx) => {
    const seat = await knownSeat({ tx, connectionId, personId });
    if (!seat.plan.paused) throw conflict({ detail: 'The seat is not paused.', nextStep: SEE_SEAT });
    return steer({ tx, seat, kind: 'resume', actor, now });
  });
}

async function steer({
  tx,
  seat,
  kind,
  actor,
  now,
}: {
  tx: Transaction;
  seat: Seat;
  kind: Extract<DecisionKind, 'pause' | 'resume'>;
  actor: string;
  now: Date;
}): Promise<{ planVersion: number }> {
  const { id: seatId, planVersion } = seat;
  await insertDecision({ tx, decision: { seatId, kind, actor, planVersion, at: now } });
  await appendSeatEntries({
    tx,
    seatId,
    actor,
    happenings: [{ kind: 'decision', data: { decision: kind } }],
  });
  const version = planVersion + 1;
  const { paused: _, ...plan } = seat.plan;
  const isDrifted = kind === 'resume' && seat.attention?.code === 'drift';
  await giveNextPlan({
    tx,
    seatId,
    plan: { ...plan, version, ...(kind === 'pause' ? { paused: true } : {}) },
    changes: isDrifted ? { judgedPlan: version, waiting: null } : {},
  });
  await tellTemporal({ tx, kind: 'seat', subjects: [{ id: seatId }] });
  return { planVersion: version };
}
