/** What a workflow decided, as far as its history shows it too. Pure; used inside the workflow sandbox as well. */

export type Decision =
  | { kind: 'activity'; name: string; id?: string }
  | { kind: 'timer'; id?: string }
  | { kind: 'child'; name: string }
  | {
      kind: 'signal' | 'search_attributes' | 'completed' | 'failed' | 'cancelled' | 'continued_as_new';
    }
  /** An activity or a timer is given up again. */
  | { kind: 'withdrawn'; id: string };

/** `provisionSeat` → `provision seat` */
const spelled = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** In plain words, to be read after "then it". */
export function decisionWords(decision: Decision): string {
  switch (decision.kind) {
    case 'activity':
      return `begins the step ${decision.name} (${spelled(decision.name)})`;
    case 'timer':
      return 'sets a timer';
    case 'child':
      return `starts the workflow ${decision.name}`;
    case 'signal':
      return 'signals another workflow';
    case 'search_attributes':
      return 'shows its state in the search attributes';
    case 'completed':
      return 'ends';
    case 'failed':
      return 'ends with a failure';
    case 'cancelled':
      return 'ends as cancelled';
    case 'continued_as_new':
      return 'goes on in a new run';
    case 'withdrawn':
      return `gives up ${decision.id}`;
    default:
      return decision satisfies never;
  }
}

/**
 * Without what was given up before the same workflow task ended: Temporal never hears of it, so no history holds it.
 */
export function lastingDecisions(decisions: readonly Decision[]): Decision[] {
  const withdrawn = new Set(decisions.flatMap((one) => (one.kind === 'withdrawn' ? [one.id] : [])));
  return decisions.filter(
    (one) => one.kind !== 'withdrawn' && !('id' in one && one.id !== undefined && withdrawn.has(one.id)),
  );
}

const nameOf = (decision: Decision): string | null => ('name' in decision ? decision.name : null);

export const isSameDecision = (a: Decision | undefined, b: Decision | undefined): boolean =>
  a?.kind === b?.kind && (a === undefined || b === undefined || nameOf(a) === nameOf(b));
