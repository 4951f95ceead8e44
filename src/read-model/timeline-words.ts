/** What the record says about one person, in the words people read. Pure. */
import { ATTENTION } from '../domain/attention.ts';
import type { FactType } from '../domain/fact.ts';
import type { PlanCause } from '../domain/plan.ts';
import type { Happening, IntentAction } from '../domain/record.ts';
import type { SeatState, SkippedAction, Waiting } from '../domain/seat.ts';

type Data<K extends Happening['kind']> = Extract<Happening, { kind: K }>['data'];

/** A moment as people read it, in UTC; a day stays a day. Details hold it exactly. */
const moment = (at: string): string =>
  at.includes('T') ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC` : at;

const FACT: Record<FactType, string> = {
  joiner: 'Joins',
  mover: 'Moves',
  leaver: 'Leaves',
  suspension: 'Is suspended',
  reinstatement: 'Is reinstated',
  cancellation: 'An earlier event is cancelled',
  person: 'Directory entry set',
  membership: 'Group membership set',
};

/** @param isPersonal whether it says a name or an address, which only those with the keys can read */
export function factSummary({ data, isPersonal }: { data: Data<'fact'>; isPersonal: boolean }): string {
  const { type, occurredAt, effectiveAt, returnAt, cancels, membership, state } = data;
  const what =
    membership !== undefined
      ? `${membership.member ? 'Joins' : 'Leaves'} the group ${membership.group}`
      : cancels !== undefined
        ? `Event ${cancels} is cancelled`
        : `${FACT[type]}${state === undefined ? '' : ` to ${state}`}${fieldsOf({ data, isPersonal })}`;
  const from = effectiveAt === occurredAt ? '' : `, in effect from ${moment(effectiveAt)}`;
  const until = returnAt === undefined ? '' : `, until ${moment(returnAt)}`;
  return `${what}${from}${until}.`;
}

/** Which fields, where that is what the fact is about. */
function fieldsOf({ data, isPersonal }: { data: Data<'fact'>; isPersonal: boolean }): string {
  if (data.type !== 'mover' && data.type !== 'person') return '';
  const fields = [
    ...(isPersonal ? ['name or address'] : []),
    ...(data.managerExternalId === undefined ? [] : ['manager']),
    ...(data.timeZone === undefined ? [] : ['time zone']),
    ...(data.groups === undefined ? [] : ['groups']),
  ];
  return fields.length === 0 ? '' : ` (${fields.join(', ')})`;
}

const DESIRED = { member: 'a member', suspended: 'a suspended member', none: 'no seat' } as const;

export function planSummary({
  data,
  version,
  connection,
}: {
  data: Data<'plan'>;
  version: number | undefined;
  connection: string;
}): string {
  const steps = data.steps.map(({ at, desired }, i) =>
    i === 0 ? DESIRED[desired] : `${DESIRED[desired]} from ${moment(at)}`,
  );
  return `Plan ${version ?? '?'} on ${connection}: ${steps.join(', then ')}.`;
}

/** @param eventIdOf plans name facts by our numbers; people know them by their event ids */
export function planCause({
  cause,
  eventIdOf,
}: {
  cause: PlanCause | null;
  eventIdOf: ReadonlyMap<number, string>;
}): string | null {
  if (cause === null) return null;
  if ('assignment' in cause) return 'not assigned to this connection';
  if ('decision' in cause) return `decision to ${cause.kind}`;
  return `${cause.type} ${eventIdOf.get(cause.fact) ?? `(fact ${cause.fact})`}`;
}

const ACTION: Record<IntentAction, { intent: string; applied: string }> = {
  add: { intent: 'Invites to the team', applied: 'Invited to the team' },
  adopt: { intent: 'Takes over the member who is there', applied: 'Took over the member who was there' },
  update: { intent: 'Changes the member', applied: 'Changed the member' },
  recover: { intent: 'Recovers the removed member', applied: 'Recovered the removed member' },
  suspend: { intent: 'Suspends the member', applied: 'Suspended the member' },
  unsuspend: { intent: 'Lifts the suspension', applied: 'Lifted the suspension' },
  remind: { intent: 'Reminds of the invitation', applied: 'Reminded of the invitation' },
  remove: { intent: 'Removes from the team', applied: 'Removed from the team' },
  transfer: { intent: 'Transfers the files', applied: 'Transferred the files' },
};

/** Which fields, of an update; never what is in them. */
const FIELD: Record<string, string> = {
  email: 'e-mail address',
  givenName: 'given name',
  surname: 'surname',
};

export function actionSummary({
  data: { action, choices },
  connection,
}: {
  data: Data<'action'>;
  connection: string;
}): string {
  if (choices.parks === true) {
    return `Steps aside to a parking address, since two people swap theirs (${connection}).`;
  }
  const fields = Array.isArray(choices.fields) ? choices.fields : [];
  const which = fields.map((field) => FIELD[String(field)] ?? String(field)).join(', ');
  const to = receiverOf({ action, choices });
  return `${ACTION[action].intent}${to}${which === '' ? '' : `: ${which}`} (${connection}).`;
}

/** A person who is named in the settings is named there; a manager in the directory. */
function receiverOf({ action, choices }: Pick<Data<'action'>, 'action' | 'choices'>): string {
  if (action !== 'transfer') return '';
  return choices.to === 'manager' ? ' to the manager' : ' to the person named in the settings';
}

export function outcomeSummary({
  data: { action, outcome, refusal },
  connection,
}: {
  data: Data<'outcome'>;
  connection: string;
}): string {
  switch (outcome) {
    case 'applied':
      // A mail cannot be read back: sent once, or perhaps lost with its answer.
      if (action === 'remind') return `${ACTION[action].applied} (${connection}).`;
      return `${ACTION[action].applied} (${connection}); read back from Dropbox.`;
    case 'not_applied':
      return `Did not take effect (${connection}); read back from Dropbox.`;
    case 'refused':
      return `Dropbox refused (${connection})${refusal === undefined ? '' : `: ${refusal}`}.`;
    default:
      return outcome satisfies never;
  }
}

/** Short: what was done to get there stands in the entries before. */
const STATE: Record<SeatState, string> = {
  waiting: 'nothing in Dropbox yet',
  provisioning: 'being provisioned',
  invited: 'invited, not accepted yet',
  active: 'active',
  suspended: 'suspended',
  deprovisioning: 'being removed',
  held: 'removed, the address is held',
  released: 'the address is free',
};

const WAITING: Record<Waiting['kind'], string> = {
  email: 'the e-mail address is held for somebody else',
  seat: 'every licence is in use',
  date: 'the date has not come',
  connection: 'the connection to Dropbox is down',
  brake: 'the change is parked until an operator decides',
  person: 'somebody paused this seat',
};

const SKIPPED: Record<SkippedAction['action'], string> = {
  provision: 'invited or brought up to date',
  suspend: 'suspended',
  deprovision: 'removed',
};

export function seatSummary({ data, connection }: { data: Data<'seat'>; connection: string }): string {
  const { from, to, holdUntil, attention, tag, resolved, waiting, until, skipped, seenBySync } = data;
  const said: string[] = [];
  if (from !== to) {
    const undo = holdUntil === undefined ? '' : ` and the removal can be undone until ${moment(holdUntil)}`;
    said.push(`${STATE[to]}${undo}${seenBySync ? ', seen by the sync' : ''}.`);
  }
  if (resolved !== undefined) said.push('no longer needs attention.');
  if (attention !== undefined) {
    const { message, nextStep } = ATTENTION[attention];
    const refusal = tag === undefined ? '' : ` (Dropbox: ${tag})`;
    said.push(`needs attention. ${message}${refusal} ${nextStep}`);
  }
  if (waiting !== undefined) {
    said.push(`waits, because ${WAITING[waiting]}${until === undefined ? '' : `, until ${moment(until)}`}.`);
  }
  if (skipped !== undefined) said.push(`would have been ${SKIPPED[skipped]}; the settings switch that off.`);
  const [first = `still ${STATE[to]}.`, ...rest] = said;
  const sentences = [first, ...rest.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`)];
  return `Seat on ${connection}: ${sentences.join(' ')}`;
}
