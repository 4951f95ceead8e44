/**
 * What an operator reads in the Temporal UI and in lists: what happened, what comes next, until when it can be
 * undone, what is waited for. Plain words, no personal data.
 */
import { ATTENTION } from './attention.ts';
import type { NextAction, SeatStep } from './next-action.ts';
import { currentStep, type Plan, type PlanCause } from './plan.ts';
import type { SeatView, Waiting } from './seat.ts';
import type { LifecycleSettings } from './settings.ts';
import { isTransferAsked } from './transfer.ts';

/** One line for the timeline of the Temporal UI. */
export function describeStep({
  step,
  plan,
  settings,
  nowMs,
}: {
  step: SeatStep;
  plan: Plan;
  settings: LifecycleSettings;
  nowMs: number;
}): string {
  const version = `plan ${plan.version}`;
  const why = `${describeCause(currentStep({ plan, nowMs }).step.cause)}, ${version}`;
  switch (step.do) {
    case 'provision':
      return `Make the person a member: ${why}`;
    case 'update':
      return `Bring name and address up to date: ${why}`;
    case 'deprovision':
      return `End the membership: ${why}`;
    case 'release':
      return isTransferAsked({ plan, deprovision: settings.deprovision, nowMs })
        ? `End the hold: transfer the files to ${receiverIn(settings)}, then release the address`
        : 'End the hold and release the address';
    case 'suspend':
      return `Suspend the member: ${why}`;
    case 'reinstate':
      return `Lift the suspension: ${why}`;
    case 'remind':
      return `Send the invitation once more (${version})`;
    case 'expire':
      return `Cancel the invitation that nobody accepted in time (${version})`;
    case 'look':
      return `Read the seat as recorded (${version})`;
    case 'skip':
      return `Record: ${step.action} is switched off in the settings (${version})`;
    default:
      return step satisfies never;
  }
}

const receiverIn = ({ deprovision }: LifecycleSettings): string =>
  deprovision.transferTo === 'manager' ? 'the manager' : 'the person named in the settings';

/** What a timer waits for: one line beside it in the Temporal UI. */
export function describeTimer({
  view,
  plan,
  untilMs,
  nowMs,
}: {
  view: SeatView | null;
  plan: Plan;
  untilMs: number;
  nowMs: number;
}): string {
  const { nextAtMs } = currentStep({ plan, nowMs });
  if (untilMs === nextAtMs) return `The plan changes on ${date(untilMs)}`;
  if (view?.state === 'held' && view.waiting === null) {
    return `Address held, removal can be undone until ${date(untilMs)}`;
  }
  return `Looks again on ${date(untilMs)}`;
}

/** Why a step of a plan is as it is. */
function describeCause(cause: PlanCause | null): string {
  if (cause === null) return 'nothing was said about the person yet';
  if ('assignment' in cause) return 'the person is not assigned to this connection';
  if ('decision' in cause) return `an operator decided: ${cause.kind} (decision ${cause.decision})`;
  const words: Record<typeof cause.type, string> = {
    joiner: 'joiner',
    mover: 'mover',
    leaver: 'leaver',
    suspension: 'suspension',
    reinstatement: 'reinstatement',
    cancellation: 'cancellation',
    person: 'directory entry',
    membership: 'group change',
  };
  return `${words[cause.type]} (fact ${cause.fact})`;
}

const WAITING: Record<Waiting['kind'], string> = {
  email: 'the e-mail address is held for somebody else',
  seat: 'every licence is in use',
  date: 'the date has not come',
  connection: 'the connection to Dropbox is down',
  brake: 'the change is parked until an operator decides',
  person: 'somebody paused this seat',
};

/** Of somebody whom Dropbox mailed nothing; the API says the same. */
export const UNMAILED_INVITATION =
  'Dropbox sent no mail: tell the person to sign in to Dropbox with this address, by single sign-on where the team has it.';

const STATE: Record<SeatView['state'], string> = {
  waiting: 'Nothing in Dropbox yet.',
  provisioning: 'Being provisioned in Dropbox.',
  invited: 'Invited to the Dropbox team; has not accepted yet.',
  active: 'Active member of the Dropbox team.',
  suspended: 'Suspended in Dropbox.',
  deprovisioning: 'Being removed from the Dropbox team.',
  held: 'Removed from the Dropbox team. The e-mail address is held and the removal can be undone.',
  released: 'Removed from the Dropbox team; the e-mail address is free again.',
};

/** A date as people read it, in UTC: workflows know no other zone. */
const date = (time: string | number): string =>
  `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function nextSentence({
  action,
  view,
  plan,
  settings,
  nowMs,
}: {
  action: NextAction;
  view: SeatView;
  plan: Plan;
  settings: LifecycleSettings;
  nowMs: number;
}): string {
  switch (action.do) {
    case 'finish':
      return 'Nothing is left to do; this lifecycle ends.';
    case 'wait': {
      const { nextAtMs } = currentStep({ plan, nowMs });
      if (plan.paused) return 'Does nothing until an operator resumes it.';
      const endsHold = view.holdUntil !== null && action.untilMs === Date.parse(view.holdUntil);
      if (view.attention !== null) {
        const atTheLatest = endsHold ? `, and looks again on ${date(view.holdUntil as string)}` : '';
        return `Goes on when the cause is resolved or the plan changes${atTheLatest}.`;
      }
      // While it waits at the end of a hold, that date has passed.
      if (view.state === 'held' && view.holdUntil !== null && view.waiting === null) {
        const { deprovision } = settings;
        const files = isTransferAsked({ plan, deprovision, nowMs })
          ? `the files are transferred to ${receiverIn(settings)}, and then `
          : '';
        return `On ${date(view.holdUntil)} ${files}the address is released. If the same person returns before, the account is recovered.`;
      }
      if (view.waiting?.lookAgainAt !== undefined) return `Looks again on ${date(view.waiting.lookAgainAt)}.`;
      if (nextAtMs !== null) return `On ${date(nextAtMs)} the plan changes.`;
      return 'Waits for the next change.';
    }
    case 'provision':
    case 'update':
    case 'deprovision':
    case 'release':
    case 'suspend':
    case 'reinstate':
    case 'remind':
    case 'expire':
    case 'look':
    case 'skip':
      return `${describeStep({ step: action, plan, settings, nowMs }).replace(/\.$/, '')}.`;
    default:
      return action satisfies never;
  }
}

const DESIRED = { member: 'a member', suspended: 'a suspended member', none: 'no seat' } as const;

/** The present, in a few lines of Markdown: current details of the workflow. */
export function describeSeat({
  view,
  plan,
  settings,
  action,
  nowMs,
}: {
  view: SeatView | null;
  plan: Plan;
  settings: LifecycleSettings;
  action: NextAction;
  nowMs: number;
}): string {
  const { step } = currentStep({ plan, nowMs });
  const wanted = `**Wanted:** ${DESIRED[step.desired]}, because: ${describeCause(step.cause)} (plan ${plan.version}).`;
  if (view === null) return `${wanted}\n\n**Next:** finds out what is there.`;
  const lines = [`**Now:** ${STATE[view.state]}`, wanted];
  if (view.state === 'invited' && view.unmailed) lines.push(`**To do:** ${UNMAILED_INVITATION}`);
  if (view.waiting !== null) {
    const until = view.waiting.until === undefined ? '' : `, expected until ${date(view.waiting.until)}`;
    lines.push(`**Waits:** ${WAITING[view.waiting.kind]}${until}.`);
  }
  if (view.attention !== null) {
    const { message, nextStep } = ATTENTION[view.attention.code];
    lines.push(`**Needs attention:** ${message} ${nextStep}`);
  }
  if (view.skipped !== null)
    lines.push(`**Switched off:** the settings do not let Seatkeeper ${view.skipped}.`);
  lines.push(`**Next:** ${nextSentence({ action, view, plan, settings, nowMs })}`);
  return lines.join('\n\n');
}
