/**
 * What an operator decides about a change that somebody made in Dropbox: the plan holds all the same, or what Dropbox
 * shows is accepted. Either stands on record as a decision, with a plan version of its own.
 */
import { currentStep, type Desired, type Plan, type PlanStep } from '../domain/plan.ts';
import type { MemberStatus } from '../domain/seat.ts';
import type { Settings } from '../domain/settings.ts';
import { lockConnection } from '../store/connections.ts';
import type { Transaction } from '../store/database.ts';
import { lockPerson } from '../store/directory.ts';
import { knownMember } from '../store/members.ts';
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

type Decided = { planVersion: number };

/**
 * The plan holds: the seat does what it takes, as if HR had just said so.
 * @throws CommandRefusal `not_found`; `state_conflict` when nothing was changed in Dropbox that waits for a decision
 */
export async function approveSeat({
  db,
  connectionId,
  personId,
  actor,
  now,
}: Deciding & { now: Date }): Promise<Decided> {
  return inTransaction(db, async (tx) => {
    const seat = await driftedSeat({ tx, connectionId, personId });
    const { id: seatId, planVersion } = seat;
    const atMs = notBefore(now)();
    const at = new Date(atMs);
    const kind = 'approve' as const;
    const id = await insertDecision({ tx, decision: { seatId, kind, actor, planVersion, at } });
    await appendSeatEntries({
      tx,
      seatId,
      actor,
      happenings: [{ kind: 'decision', data: { decision: kind } }],
    });
    const { step: present } = currentStep({ plan: seat.plan, nowMs: atMs });
    const steps = seat.plan.steps.map((step) =>
      step === present
        ? { ...withoutSince(step), at: at.toISOString(), cause: { decision: id, kind } }
        : step,
    );
    const plan: Plan = { ...seat.plan, version: planVersion + 1, steps };
    await giveNextPlan({ tx, seatId, plan });
    await tellTemporal({ tx, kind: 'seat', subjects: [{ id: seatId }] });
    return { planVersion: plan.version };
  });
}

const withoutSince = ({ since: _, ...step }: PlanStep): PlanStep => step;

const WANTED: Record<MemberStatus, Desired | null> = {
  invited: 'member',
  active: 'member',
  suspended: 'suspended',
  removed: 'none',
  unknown: null,
};

/**
 * What Dropbox shows is accepted, whatever HR said so far, until a later fact about the person's state.
 * @throws CommandRefusal `not_found`; `state_conflict` when nothing was changed in Dropbox that waits for a decision, or
 *   the settings do not let the seat follow it
 */
export async function adoptSeat({
  db,
  connectionId,
  personId,
  actor,
  now,
}: Deciding & { now: Date }): Promise<Decided> {
  return inTransaction(db, async (tx) => {
    // In the order in which everybody locks: connection, person, seat.
    const connection = await lockConnection({ tx, id: connectionId });
    await lockPerson({ tx, personId });
    const seat = await driftedSeat({ tx, connectionId, personId });
    const { id: seatId, planVersion, teamMemberId } = seat;
    const member = teamMemberId === null ? null : await knownMember({ tx, connectionId, teamMemberId });
    const desired = WANTED[member?.status ?? 'unknown'];
    const version = connection?.settingsVersion ?? 0;
    const settings = await settingsOfVersion({ tx, connectionId, version });
    if (desired === null || settings === undefined) {
      throw conflict({
        detail: 'Dropbox shows this member in a way that Seatkeeper does not know.',
        nextStep: 'Look at the member in the Admin Console; sync, then decide.',
      });
    }
    refuseWhatIsOff({ desired, seat, settings });
    const atMs = notBefore(now)();
    const kind = 'adopt' as const;
    await insertDecision({
      tx,
      decision: { seatId, kind, desired, actor, planVersion, at: new Date(atMs) },
    });
    await appendSeatEntries({
      tx,
      seatId,
      actor,
      happenings: [{ kind: 'decision', data: { decision: kind } }],
    });
    await planSeats({ tx, personIds: [personId], connectionId, nowMs: atMs });
    const after = await knownSeat({ tx, connectionId, personId });
    return { planVersion: after.planVersion };
  });
}

async function driftedSeat(about: {
  tx: Transaction;
  connectionId: string;
  personId: string;
}): Promise<Seat> {
  const seat = await knownSeat(about);
  if (seat.attention?.code === 'drift' && !seat.plan.paused) return seat;
  throw conflict({
    detail: seat.plan.paused
      ? 'The seat is paused.'
      : 'Nothing that somebody changed in Dropbox waits for a decision about this seat.',
    nextStep: seat.plan.paused ? 'Resume it (POST …/resume), then decide.' : SEE_SEAT,
  });
}

/** A seat follows a removal by holding the address, and a return by taking the member in: both are actions. */
function refuseWhatIsOff({
  desired,
  seat,
  settings,
}: {
  desired: Desired;
  seat: Seat;
  settings: Settings;
}): void {
  const off =
    desired === 'none' && !settings.deprovision.enabled
      ? 'De-provisioning'
      : desired === 'member' && seat.state === 'held' && !settings.provision.enabled
        ? 'Provisioning'
        : null;
  if (off === null) return;
  throw conflict({
    detail: `${off} is switched off on this connection, so the seat cannot follow what Dropbox shows.`,
    nextStep: 'Switch it on (PUT /v1/connections/{connection}/provisioning), then adopt.',
  });
}
