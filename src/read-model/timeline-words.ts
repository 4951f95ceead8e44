/** What a timeline says about one entry of the record. Pure. */
import type { FactType } from '../domain/fact.ts';
import type { Plan, PlanCause } from '../domain/plan.ts';

const FACT: Record<FactType, string> = {
  joiner: 'Joins',
  mover: 'Moves: some fields change',
  leaver: 'Leaves',
  suspension: 'Is suspended',
  reinstatement: 'Is reinstated',
  cancellation: 'An earlier event is cancelled',
  person: 'Directory entry set',
  membership: 'Group membership set',
};

const DESIRED = { member: 'a member', suspended: 'a suspended member', none: 'no seat' } as const;

const ACTION = {
  add: { intent: 'Invites to the team', applied: 'Invited to the team' },
  adopt: { intent: 'Takes over the member who is there', applied: 'Took over the member who was there' },
  recover: { intent: 'Recovers the removed member', applied: 'Recovered the removed member' },
  suspend: { intent: 'Suspends the member', applied: 'Suspended the member' },
  unsuspend: { intent: 'Lifts the suspension', applied: 'Lifted the suspension' },
  remove: { intent: 'Removes from the team', applied: 'Removed from the team' },
} as const;

export type Action = keyof typeof ACTION;
export type Outcome = 'applied' | 'not_applied' | 'refused';

/** @param effective when it takes effect, if that is not when it was said */
export function factSummary({ type, effective }: { type: FactType; effective: string | null }): string {
  return effective === null ? `${FACT[type]}.` : `${FACT[type]}, in effect from ${effective}.`;
}

export function planSummary({ plan, connection }: { plan: Plan; connection: string }): string {
  const steps = plan.steps.map(({ at, desired }, i) =>
    i === 0 ? DESIRED[desired] : `${DESIRED[desired]} from ${at}`,
  );
  return `Plan ${plan.version} on ${connection}: ${steps.join(', then ')}.`;
}

export function planCause({
  cause,
  eventIdOf,
}: {
  cause: PlanCause | null;
  eventIdOf: ReadonlyMap<number, string>;
}): string | null {
  if (cause === null) return null;
  if ('assignment' in cause) return 'not assigned to this connection';
  return `${cause.type} ${eventIdOf.get(cause.fact) ?? `(fact ${cause.fact})`}`;
}

export const intentSummary = ({ action, connection }: { action: Action; connection: string }): string =>
  `${ACTION[action].intent} (${connection}).`;

export function outcomeSummary({
  action,
  outcome,
  refusal,
  connection,
}: {
  action: Action;
  outcome: Outcome | null;
  /** Dropbox's own word, when it refused. */
  refusal: string | null;
  connection: string;
}): string {
  switch (outcome) {
    case 'applied':
      return `${ACTION[action].applied} (${connection}); read back from Dropbox.`;
    case 'not_applied':
      return `Did not take effect (${connection}); read back from Dropbox.`;
    case 'refused':
      return `Dropbox refused (${connection})${refusal === null ? '' : `: ${refusal}`}.`;
    case null:
      return `Ended without a known outcome (${connection}).`;
    default:
      return outcome satisfies never;
  }
}
