/**
 * What a lifecycle does next, from what is known, what is wanted, and the time. Pure: the workflow asks at every
 * turn, and replays ask again. The cases, in order:
 *
 * 0. An operator paused the seat: write that down, and wait.
 * 1. Nothing is known yet (a fresh run, or a message came): act on what is wanted; the activity looks first.
 * 2. Attention or a switched-off action that was judged for these very versions: wait for something to change.
 * 3. Wanted as a member: provision; bring the profile up to date; remind of an invitation, or cancel it; lift a
 *    suspension.
 * 4. Wanted suspended: suspend a member, or cancel an invitation.
 * 5. Not wanted: remove a member; hold the address; release it when the hold ends; then finish.
 */
import { currentStep, type Plan } from './plan.ts';
import type { SeatView } from './seat.ts';
import type { LifecycleSettings } from './settings.ts';

export type SeatStep =
  /** Become a member: adopt, recover or add, whatever Dropbox allows. */
  | { do: 'provision'; profileRevision: number }
  /** Take over the name and address that HR has now. */
  | { do: 'update'; profileRevision: number }
  /** Stop being one: remove, then hold the address. Ends claims and waits of a seat that never was one. */
  | { do: 'deprovision' }
  | { do: 'release' }
  /** Suspend a member, or cancel an invitation. */
  | { do: 'suspend' }
  /** Lift a suspension. */
  | { do: 'reinstate' }
  /** Mail the invitation once more. */
  | { do: 'remind' }
  /** Cancel an invitation that nobody accepted in time. */
  | { do: 'expire' }
  /** Read the seat as PostgreSQL has it. */
  | { do: 'look' }
  /** Write down that the settings kept the seat from acting. */
  | { do: 'skip'; action: 'provision' | 'suspend' | 'deprovision' };

export type NextAction = SeatStep | { do: 'wait'; untilMs: number | null } | { do: 'finish' };

type Question = { view: SeatView | null; plan: Plan; settings: LifecycleSettings; nowMs: number };

export function nextAction(question: Question): NextAction {
  const { view, plan, settings, nowMs } = question;
  if (plan.paused) {
    const isKnown = view?.judgedPlan === plan.version && view.waiting?.kind === 'person';
    return isKnown ? { do: 'wait', untilMs: null } : { do: 'look' };
  }
  const { step, nextAtMs } = currentStep({ plan, nowMs });
  const inFuture = Date.parse(step.at) > nowMs;
  if (inFuture && view === null) return { do: 'look' };
  const wait = (untilMs: number | null): NextAction => ({ do: 'wait', untilMs: earlier(untilMs, nextAtMs) });
  if (view === null) return firstAction({ step, settings });
  if (inFuture) return { do: 'wait', untilMs: Date.parse(step.at) };

  const judged = view.judgedPlan === plan.version && view.judgedSettings === settings.version;
  if (judged && view.attention !== null) {
    return isToldDuringHold(view) ? endOfHold({ view, nowMs, wait }) : wait(null);
  }
  // Nobody is invited again because some setting changed.
  const isExpired = view.attention?.code === 'invitation_expired' && view.judgedPlan === plan.version;
  if (isExpired) return wait(null);
  if (judged && view.waiting !== null) {
    const lookAgainMs = view.waiting.lookAgainAt === undefined ? null : Date.parse(view.waiting.lookAgainAt);
    if (lookAgainMs === null || lookAgainMs > nowMs) return wait(lookAgainMs);
  }
  if (judged && view.skipped !== null) {
    // What the settings keep from happening does not make a hold last longer than it should.
    if (view.state === 'held') return endOfHold({ view, nowMs, wait });
    return nothingThere(view) && nextAtMs === null ? { do: 'finish' } : wait(null);
  }

  switch (step.desired) {
    case 'member':
      return towardsMember({ ...question, view, revision: step.profileRevision as number, wait });
    case 'suspended':
      return towardsSuspended({ view, settings, nowMs, wait });
    case 'none':
      return towardsNone({ view, settings, nowMs, wait, nextAtMs });
    default:
      return step.desired satisfies never;
  }
}

function firstAction({
  step,
  settings,
}: {
  step: Plan['steps'][number];
  settings: LifecycleSettings;
}): NextAction {
  if (step.desired === 'member' && settings.provision.enabled) {
    return { do: 'provision', profileRevision: step.profileRevision as number };
  }
  if (step.desired === 'suspended' && settings.suspend.enabled) return { do: 'suspend' };
  if (step.desired === 'none' && settings.deprovision.enabled) return { do: 'deprovision' };
  return { do: 'look' };
}

type Wait = (untilMs: number | null) => NextAction;

function towardsMember({
  view,
  settings,
  revision,
  wait,
}: Question & { view: SeatView; revision: number; wait: Wait }): NextAction {
  const { state } = view;
  switch (state) {
    case 'invited':
    case 'active':
      // Without a revision nobody knows what HR has changed since.
      if (view.profileRevision !== null && view.profileRevision !== revision) {
        return settings.provision.enabled
          ? { do: 'update', profileRevision: revision }
          : { do: 'skip', action: 'provision' };
      }
      return state === 'invited' && view.due !== undefined && settings.provision.enabled
        ? { do: view.due }
        : wait(null);
    case 'suspended':
      return settings.suspend.enabled ? { do: 'reinstate' } : { do: 'skip', action: 'suspend' };
    case 'waiting':
    case 'provisioning':
    case 'deprovisioning':
    case 'held':
    case 'released':
      return settings.provision.enabled
        ? { do: 'provision', profileRevision: revision }
        : { do: 'skip', action: 'provision' };
    default:
      return state satisfies never;
  }
}

function towardsSuspended({
  view,
  settings,
  nowMs,
  wait,
}: {
  view: SeatView;
  settings: LifecycleSettings;
  nowMs: number;
  wait: Wait;
}): NextAction {
  if (view.state === 'suspended') return wait(null);
  if (view.state === 'held') return endOfHold({ view, nowMs, wait });
  // Nobody is invited only to be suspended.
  if (nothingThere(view)) return wait(null);
  return settings.suspend.enabled ? { do: 'suspend' } : { do: 'skip', action: 'suspend' };
}

function towardsNone({
  view,
  settings,
  nowMs,
  wait,
  nextAtMs,
}: {
  view: SeatView;
  settings: LifecycleSettings;
  nowMs: number;
  wait: Wait;
  nextAtMs: number | null;
}): NextAction {
  if (view.state === 'held') return endOfHold({ view, nowMs, wait });
  if (nothingThere(view)) {
    if (view.looseEnds) return { do: 'deprovision' };
    return nextAtMs === null ? { do: 'finish' } : wait(null);
  }
  return settings.deprovision.enabled ? { do: 'deprovision' } : { do: 'skip', action: 'deprovision' };
}

/** Somebody may be waiting for the address, whatever is wanted of this seat. */
function endOfHold({ view, nowMs, wait }: { view: SeatView; nowMs: number; wait: Wait }): NextAction {
  const endMs = view.holdUntil === null ? nowMs : Date.parse(view.holdUntil);
  return endMs > nowMs ? wait(endMs) : { do: 'release' };
}

/** Nobody could receive the files when the hold began: told early, and looked at again when they are to be transferred. */
const isToldDuringHold = ({ state, attention, holdUntil }: SeatView): boolean =>
  state === 'held' &&
  attention?.code === 'transfer_destination_unusable' &&
  attention.tag === undefined &&
  holdUntil !== null &&
  Date.parse(attention.since) < Date.parse(holdUntil);

/** Neither a member nor anything kept for one. */
const nothingThere = (view: SeatView): boolean => view.state === 'waiting' || view.state === 'released';

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
