/** The transfer of a leaver's files when the hold ends: whether it is asked for, and who may receive them. */
import { currentStep, type Plan } from './plan.ts';
import type { SeatState } from './seat.ts';

/**
 * A transfer cannot be undone. So it is for people who are to have no seat: somebody who is suspended, or back, keeps
 * the files; and it is part of what `deprovision` switches on and off.
 */
export function isTransferAsked({
  plan,
  deprovision: { enabled, transferTo },
  nowMs,
}: {
  plan: Plan;
  deprovision: { enabled: boolean; transferTo: string | { email: string } };
  nowMs: number;
}): boolean {
  return enabled && transferTo !== 'none' && currentStep({ plan, nowMs }).step.desired === 'none';
}

/** Somebody who never came has no files, and Dropbox never recovers them; a kept account keeps its own. */
export function hasFiles({
  joinedAt,
  recoverable,
  disconnected,
}: {
  joinedAt?: Date;
  recoverable?: boolean;
  disconnected?: boolean;
}): boolean {
  const neverCame = joinedAt === undefined && recoverable !== true;
  return !neverCame && disconnected !== true;
}

/** What Dropbox reports of somebody who is to receive files. */
type Candidate = { teamMemberId: string; status: string; emailVerified: boolean };

/** Dropbox takes unverified and inactive receivers for none; and a leaver's files would only move on with the next. */
export const canReceive = ({
  candidate,
  leaverMemberId,
}: {
  candidate: Candidate;
  leaverMemberId: string;
}): boolean =>
  candidate.teamMemberId !== leaverMemberId && candidate.status === 'active' && candidate.emailVerified;

/** Neither gone nor going, now or on any date that is known. */
export function stays({
  seat: { state, plan },
  nowMs,
}: {
  seat: { state: SeatState; plan: Plan };
  nowMs: number;
}): boolean {
  if (state === 'held' || state === 'released' || state === 'deprovisioning') return false;
  const { step } = currentStep({ plan, nowMs });
  return plan.steps.slice(plan.steps.indexOf(step)).every(({ desired }) => desired !== 'none');
}
