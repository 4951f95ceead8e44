/**
 * A seat's plan: the dated desired states that a person's facts and the connection's assignments amount to.
 * Versions only go up; whoever holds a lower one does nothing. A step dated in the future is a durable timer.
 */
import type { FactType, PersonSlice } from './fact.ts';

export type Desired = 'member' | 'suspended' | 'none';

/** Why a step is as it is: our number of a fact and its kind, a change of assignments, or our number of a decision. */
export type PlanCause =
  | { fact: number; type: FactType }
  | { assignment: true }
  | { decision: number; kind: StandingDecision['kind'] | 'approve' };

/**
 * What an operator decided about one seat: to undo the removal, or to accept what somebody did in Dropbox. It stands
 * until a fact about the person's state takes effect after it.
 */
export type StandingDecision = { id: number; kind: 'recover' | 'adopt'; desired: Desired; atMs: number };

export type PlanStep = {
  /** RFC 3339, UTC. */
  at: string;
  desired: Desired;
  /** Where activities find name and address; null when nothing is desired. */
  profileRevision: number | null;
  cause: PlanCause | null;
  /** When the person's state took effect that is the cause, where that was before: a mover begins a step, but no state. */
  since?: string;
};

/** Steps are in order of time; the first one is what holds now. While it is paused, nothing is done about it. */
export type Plan = { version: number; steps: PlanStep[]; paused?: true };

/** Who is assigned to a connection. */
export type AssignmentRule = { everyone: boolean; groups: ReadonlySet<string>; people: ReadonlySet<string> };

function isAssigned({
  rule,
  personId,
  slice,
}: {
  rule: AssignmentRule;
  personId: string;
  slice: PersonSlice;
}): boolean {
  return rule.everyone || rule.people.has(personId) || slice.groups.some((group) => rule.groups.has(group));
}

function desiredOf({ slice, assigned }: { slice: PersonSlice; assigned: boolean }): Desired {
  if (!assigned) return 'none';
  switch (slice.state) {
    case 'active':
      return 'member';
    case 'suspended':
      return 'suspended';
    case 'left':
    case null:
      return 'none';
    default:
      return slice.state satisfies never;
  }
}

const sameStep = (a: PlanStep | undefined, b: PlanStep | undefined): boolean =>
  a?.desired === b?.desired && a?.profileRevision === b?.profileRevision;

/**
 * @param revisionOf gives the number under which a slice's name and address are kept
 * @returns one step for the present and one for every change to come
 */
export function planSteps({
  personId,
  slices,
  rule,
  decision,
  revisionOf,
}: {
  personId: string;
  slices: readonly PersonSlice[];
  rule: AssignmentRule;
  decision?: StandingDecision | undefined;
  revisionOf: (slice: PersonSlice) => number;
}): PlanStep[] {
  const steps: PlanStep[] = [];
  for (const slice of slices) {
    const assigned = isAssigned({ rule, personId, slice });
    const standing = decision !== undefined && stands({ decision, slice }) ? decision : null;
    const desired = standing === null ? desiredOf({ slice, assigned }) : standing.desired;
    const step: PlanStep = {
      at: slice.from,
      desired,
      profileRevision: desired === 'none' ? null : revisionOf(slice),
      cause: causeOf({ slice, assigned, desired, standing }),
      ...sinceOf({ slice, standing }),
    };
    if (!sameStep(steps.at(-1), step)) steps.push(step);
  }
  return steps;
}

const sinceOf = ({ slice, standing }: { slice: PersonSlice; standing: StandingDecision | null }) =>
  standing === null && slice.stateFrom !== null && slice.stateFrom !== slice.from
    ? { since: slice.stateFrom }
    : {};

/** Only what takes effect later than the decision ends it, however late it was said. */
const stands = ({ decision, slice }: { decision: StandingDecision; slice: PersonSlice }): boolean =>
  Date.parse(slice.stateFrom ?? slice.from) <= decision.atMs;

function causeOf({
  slice,
  assigned,
  desired,
  standing,
}: {
  slice: PersonSlice;
  assigned: boolean;
  desired: Desired;
  standing: StandingDecision | null;
}): PlanCause | null {
  if (standing !== null) return { decision: standing.id, kind: standing.kind };
  // Without an assignment the person's state is beside the point.
  return desired === 'none' && !assigned ? { assignment: true } : slice.cause;
}

/** The step that holds at this moment, and the date of the next one. */
export function currentStep({ plan, nowMs }: { plan: Plan; nowMs: number }): {
  step: PlanStep;
  nextAtMs: number | null;
} {
  const nowAt = Math.max(
    0,
    plan.steps.findLastIndex((step) => Date.parse(step.at) <= nowMs),
  );
  const step = plan.steps[nowAt];
  if (step === undefined) throw new Error('a plan has at least one step');
  const next = plan.steps[nowAt + 1];
  return { step, nextAtMs: next === undefined ? null : Date.parse(next.at) };
}

/** Same from now on: the date on which the present state began, and its cause, make no difference. */
export function samePlan({
  steps,
  plan,
  nowMs,
}: {
  steps: readonly PlanStep[];
  plan: Plan;
  nowMs: number;
}): boolean {
  const fromNow = (all: readonly PlanStep[]): PlanStep[] => {
    const first = all.findLastIndex((step) => Date.parse(step.at) <= nowMs);
    return all.slice(Math.max(0, first));
  };
  const left = fromNow(steps);
  const right = fromNow(plan.steps);
  if (left.length !== right.length) return false;
  return left.every((step, i) => {
    const other = right[i];
    return sameStep(step, other) && (i === 0 || step.at === other?.at);
  });
}
