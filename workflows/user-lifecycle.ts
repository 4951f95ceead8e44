/**
 * The life of one person's seat on one Dropbox team, from the first plan until the address is free again.
 *
 *   waiting ──► provisioning ──► invited ──► active ⇄ suspended ──► deprovisioning ──► held ──► released
 *
 * - waiting: nothing in Dropbox yet. A date lies ahead, the address is held for somebody else, or the settings
 *   keep provisioning off.
 * - provisioning: Dropbox was asked for a member and what came of it is not read back yet.
 * - invited, active, suspended: what Dropbox reports of the member. Somebody suspended who was only invited has the
 *   invitation cancelled, waits, and is invited again when the suspension ends. A sync finds what is due for an
 *   invitation that nobody accepted: a reminder, or its end; then the seat waits for a person.
 * - deprovisioning: Dropbox was asked to remove the member and what came of it is not read back yet.
 * - held: removed. For seven days the removal can be undone, and nobody else gets the address.
 * - released: the address is free; the lifecycle completes.
 *
 * At every turn `nextAction` says what to do; the loop does that one thing through one activity, or waits for a
 * message or a date. Messages only replace plan and settings; the loop alone acts. The run trusts PostgreSQL and
 * not its memory: ending, resetting or starting it late loses nothing.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SeatTruth } from '../activities/contract.ts';
import { type NextAction, nextAction, type SeatStep } from '../src/domain/next-action.ts';
import { currentStep } from '../src/domain/plan.ts';
import type { SeatView } from '../src/domain/seat.ts';
import { describeSeat, describeStep, describeTimer } from '../src/domain/story.ts';
import { dropbox, record } from './activity-proxies.ts';
import { seatChanged, type UserLifecycleInput, type UserLifecycleResult } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** What the run knows. `view: null` means that it must find out. */
type Known = {
  view: SeatView | null;
  input: UserLifecycleInput;
  changes: number;
  /** Date of the plan's step that the view was judged for. */
  stepAt: string | null;
};

export async function userLifecycle(input: UserLifecycleInput): Promise<UserLifecycleResult> {
  const known = setup(input);
  for (;;) {
    const nowMs = Date.now();
    forgetOnDate({ known, nowMs });
    const action = nextAction({ ...questionOf(known), nowMs });
    tell({ known, action });
    if (action.do === 'wait') await changeOrDate({ known, untilMs: action.untilMs });
    else if (action.do !== 'finish') await perform({ known, step: action });
    else if (await nothingCameIn(known)) return resultOf(known);
    if (workflowInfo().continueAsNewSuggested && (await nothingCameIn(known))) {
      await continueAsNew<typeof userLifecycle>({
        ...known.input,
        ...(known.view === null ? {} : { view: known.view }),
      });
    }
  }
}

/** Handlers come before the first await; they never act themselves. */
function setup(input: UserLifecycleInput): Known {
  const known: Known = { view: input.view ?? null, input, changes: 0, stepAt: null };
  setHandler(seatChanged, ({ plan, settings }) => {
    adopt({ known, truth: { plan, settings } });
    // Whatever the cause (a freed address, a sync's finding): look again.
    known.view = null;
    known.changes += 1;
  });
  return known;
}

/** Newer plan and settings win; older ones are late messages. */
function adopt({ known, truth }: { known: Known; truth: Pick<SeatTruth, 'plan' | 'settings'> }): void {
  if (truth.plan.version > known.input.plan.version) known.input = { ...known.input, plan: truth.plan };
  if (truth.settings.version > known.input.settings.version) {
    known.input = { ...known.input, settings: truth.settings };
  }
}

/** When a date of the plan comes: attention, waits and skips were judged for the step before. */
function forgetOnDate({ known, nowMs }: { known: Known; nowMs: number }): void {
  const { at } = currentStep({ plan: known.input.plan, nowMs }).step;
  if (known.stepAt !== null && known.stepAt !== at) known.view = null;
  known.stepAt = at;
}

const questionOf = ({ view, input }: Known) => ({ view, plan: input.plan, settings: input.settings });

async function perform({ known, step }: { known: Known; step: SeatStep }): Promise<void> {
  const { seatId, plan, settings } = known.input;
  const asked = { seatId, planVersion: plan.version, settingsVersion: settings.version };
  const options = { summary: describeStep({ step, plan, settings, nowMs: Date.now() }) };
  const before = known.changes;
  const call = (): Promise<SeatTruth> => {
    switch (step.do) {
      case 'provision':
        return dropbox.provisionSeat.executeWithOptions(options, [
          { ...asked, profileRevision: step.profileRevision },
        ]);
      case 'update':
        return dropbox.updateProfile.executeWithOptions(options, [
          { ...asked, profileRevision: step.profileRevision },
        ]);
      case 'deprovision':
        return dropbox.deprovisionSeat.executeWithOptions(options, [asked]);
      case 'suspend':
        return dropbox.suspendSeat.executeWithOptions(options, [asked]);
      case 'reinstate':
        return dropbox.reinstateSeat.executeWithOptions(options, [asked]);
      case 'remind':
        return dropbox.remindInvitee.executeWithOptions(options, [asked]);
      case 'expire':
        return dropbox.expireInvitation.executeWithOptions(options, [asked]);
      case 'release':
        return dropbox.releaseAddress.executeWithOptions(options, [asked]);
      case 'look':
        return record.lookAtSeat.executeWithOptions(options, [asked]);
      case 'skip':
        return record.recordSkipped.executeWithOptions(options, [{ ...asked, action: step.action }]);
      default:
        return step satisfies never;
    }
  };
  const truth = await call();
  adopt({ known, truth });
  // A message that came meanwhile may be about something the activity did not see.
  known.view = known.changes === before ? truth.view : null;
}

async function changeOrDate({ known, untilMs }: { known: Known; untilMs: number | null }): Promise<void> {
  const before = known.changes;
  const changed = (): boolean => known.changes !== before || workflowInfo().continueAsNewSuggested;
  if (untilMs === null) return condition(changed);
  const nowMs = Date.now();
  const summary = describeTimer({ view: known.view, plan: known.input.plan, untilMs, nowMs });
  await condition(changed, Math.max(1, untilMs - nowMs), { summary });
}

/** True when the run may end: every handler is done and, with no await since, no message is unread. */
async function nothingCameIn(known: Known): Promise<boolean> {
  const before = known.changes;
  await condition(allHandlersFinished);
  return known.changes === before;
}

const resultOf = ({ view, input }: Known): UserLifecycleResult => ({
  state: view?.state ?? 'waiting',
  planVersion: input.plan.version,
});

/** Search attributes lead people here, one upsert a transition; the details tell them what they see. */
function tell({ known, action }: { known: Known; action: NextAction }): void {
  const { view, plan, settings } = questionOf(known);
  setCurrentDetails(describeSeat({ view, plan, settings, action, nowMs: Date.now() }));
  if (view === null) return;
  const wanted = {
    state: view.state,
    attention: view.attention?.code ?? null,
    holdUntil: view.holdUntil === null ? null : new Date(view.holdUntil),
  };
  const { typedSearchAttributes: shown } = workflowInfo();
  const { SeatState, SeatAttention, SeatHoldUntil } = SEARCH_ATTRIBUTES;
  if (
    shown.get(SeatState) === wanted.state &&
    (shown.get(SeatAttention) ?? null) === wanted.attention &&
    (shown.get(SeatHoldUntil)?.getTime() ?? null) === (wanted.holdUntil?.getTime() ?? null)
  ) {
    return;
  }
  upsertSearchAttributes([
    { key: SeatState, value: wanted.state },
    { key: SeatAttention, value: wanted.attention },
    { key: SeatHoldUntil, value: wanted.holdUntil },
  ]);
}
