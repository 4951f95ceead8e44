/** What an operator decides about one seat. */
import type { Plan } from '../domain/plan.ts';
import { lockConnection } from '../store/connections.ts';
import { lockPerson } from '../store/directory.ts';
import { tellTemporal } from '../store/outbox.ts';
import { planSeats } from '../store/planning/plan-seats.ts';
import { appendSeatEntries } from '../store/record/seat-entries.ts';
import { insertDecision } from '../store/seats/decisions.ts';
import { giveNextPlan } from '../store/seats/next-plan.ts';
import type { Seat } from '../store/seats/seat-case.ts';
import { settingsOfVersion } from '../store/settings.ts';
import { inTransaction } from '../store/transaction.ts';
import { conflict, type Deciding, knownSeat, SEE_SEAT } from './known-seat.ts';
import { notBefore } from './present.ts';

/**
 * Tries again what ended in attention: the same plan under a new version, since a judgement holds for one version only.
 * @throws CommandRefusal `not_found`; `state_conflict` when the seat does not ask for attention
 */
export async function retrySeat({
  db,
  connectionId,
  personId,
  actor,
}: Deciding): Promise<{ planVersion: number }> {
  return inTransaction(db, async (tx) => {
    const seat = await knownSeat({ tx, connectionId, personId });
    if (seat.plan.paused) throw pausedNow();
    if (seat.attention === null) {
      throw conflict({
        detail: 'The seat does not ask for attention, so there is nothing to try again.',
        nextStep: 'GET /v1/people/{externalId} shows what the seat waits for.',
      });
    }
    const plan: Plan = { ...seat.plan, version: seat.planVersion + 1 };
    const happenings = [{ kind: 'decision' as const, data: { decision: 'retry' as const } }];
    await appendSeatEntries({ tx, seatId: seat.id, actor, happenings });
    await giveNextPlan({ tx, seatId: seat.id, plan });
    await tellTemporal({ tx, kind: 'seat', subjects: [{ id: seat.id }] });
    return { planVersion: plan.version };
  });
}

/**
 * Undoes a removal: the member is recovered although HR says that the person left, until a later fact about their
 * state.
 * @throws CommandRefusal `not_found`; `state_conflict` when nothing is held, or provisioning is switched off
 */
export async function recoverSeat({
  db,
  connectionId,
  personId,
  actor,
  now,
}: Deciding & { now: Date }): Promise<{ planVersion: number }> {
  return inTransaction(db, async (tx) => {
    // In the order in which everybody locks: connection, person, seat.
    const connection = await lockConnection({ tx, id: connectionId });
    await lockPerson({ tx, personId });
    const seat = await knownSeat({ tx, connectionId, personId });
    if (seat.state !== 'held') throw nothingHeld(seat);
    const settings = await settingsOfVersion({
      tx,
      connectionId,
      version: connection?.settingsVersion ?? 0,
    });
    if (settings?.provision.enabled !== true) {
      throw conflict({
        detail: 'Provisioning is switched off on this connection, so nobody is made a member.',
        nextStep: 'Switch it on (PUT /v1/connections/{connection}/provisioning), then recover.',
      });
    }
    const atMs = notBefore(now)();
    const { id: seatId, planVersion } = seat;
    const at = new Date(atMs);
    const decision = { seatId, kind: 'recover' as const, desired: 'member' as const, actor, planVersion, at };
    await insertDecision({ tx, decision });
    const happenings = [{ kind: 'decision' as const, data: { decision: 'recover' as const } }];
    await appendSeatEntries({ tx, seatId, actor, happenings });
    await planSeats({ tx, personIds: [personId], connectionId, nowMs: atMs });
    return { planVersion: (await knownSeat({ tx, connectionId, personId })).planVersion };
  });
}

const pausedNow = () =>
  conflict({ detail: 'The seat is paused, so nothing is tried.', nextStep: 'Resume it (POST …/resume).' });

function nothingHeld({ state }: Seat) {
  return conflict(
    state === 'released'
      ? {
          detail: 'The hold has ended: the removal can no longer be undone.',
          nextStep: 'Send a joiner event to invite the person anew.',
        }
      : {
          detail: `The seat is ${state}: nobody was removed, so there is nothing to recover.`,
          nextStep: SEE_SEAT,
        },
  );
}
