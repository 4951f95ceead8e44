/**
 * Facts → person. Order of arrival never matters:
 * 1. Facts apply in the order of effectiveAt, occurredAt, source, event id.
 * 2. State and every profile field are folded one by one; a mover never sets the state.
 * 3. `returnAt` is a reinstatement of its own that lapses when a later state fact takes effect before it.
 * 4. Of group memberships the later fact wins; an event's `groups` takes away only what events gave.
 */
import {
  type PersonFact,
  type PersonSlice,
  type PersonState,
  PROFILE_FIELDS,
  type ProfileField,
} from './fact.ts';
import { dayEdgeMs } from './time-zone.ts';

type Step = PersonFact & { atMs: number };
type StateChange = { atMs: number; state: PersonState; cause: NonNullable<PersonSlice['cause']> };

const bySaying = (a: PersonFact, b: PersonFact): number =>
  a.occurredAtMs - b.occurredAtMs ||
  compareText({ a: a.source, b: b.source }) ||
  compareText({ a: a.eventId, b: b.eventId });

const byEffect = (a: Step, b: Step): number => a.atMs - b.atMs || bySaying(a, b);

function compareText({ a, b }: { a: string; b: string }): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The zone that decides named days: what the fact says itself, else what was said last of all. */
function timeZoneFor({ fact, facts }: { fact: PersonFact; facts: readonly PersonFact[] }): string {
  if (fact.fields.timeZone !== undefined) return fact.fields.timeZone;
  const said = facts.filter((f) => f.fields.timeZone !== undefined).sort(bySaying);
  return said.at(-1)?.fields.timeZone ?? 'UTC';
}

/** When a fact takes effect; named days are decided by the zone of the person. */
export function effectiveAtMs({ fact, facts }: { fact: PersonFact; facts: readonly PersonFact[] }): number {
  if ('atMs' in fact.effective) return fact.effective.atMs;
  const edge = fact.type === 'leaver' ? 'end' : 'start';
  return dayEdgeMs({ date: fact.effective.date, timeZone: timeZoneFor({ fact, facts }), edge });
}

function stateSetBy(fact: PersonFact): PersonState | null {
  switch (fact.type) {
    case 'joiner':
    case 'reinstatement':
      return 'active';
    case 'leaver':
      return 'left';
    case 'suspension':
      return 'suspended';
    case 'person':
      return fact.state ?? null;
    case 'mover':
    case 'membership':
    case 'cancellation':
      return null;
    default:
      return fact.type satisfies never;
  }
}

function stateChanges({ steps, facts }: { steps: Step[]; facts: readonly PersonFact[] }): StateChange[] {
  const changes: StateChange[] = [];
  const setting = steps.filter((step) => stateSetBy(step) !== null);
  setting.forEach((step, i) => {
    const cause = { fact: step.id, type: step.type };
    changes.push({ atMs: step.atMs, state: stateSetBy(step) as PersonState, cause });
    if (step.type !== 'suspension' || step.returnAt === undefined) return;
    const returnAtMs =
      'atMs' in step.returnAt
        ? step.returnAt.atMs
        : dayEdgeMs({
            date: step.returnAt.date,
            timeZone: timeZoneFor({ fact: step, facts }),
            edge: 'start',
          });
    const next = setting[i + 1];
    if (next === undefined || next.atMs > returnAtMs) {
      changes.push({ atMs: Math.max(returnAtMs, step.atMs), state: 'active', cause });
    }
  });
  return changes.sort((a, b) => a.atMs - b.atMs);
}

/** Sorted, so that equal memberships are equal text. `event` gifts can be taken back by events only. */
function applyGroups({ given, step }: { given: Map<string, 'event' | 'directory'>; step: Step }): void {
  if (step.membership !== undefined) {
    if (step.membership.member) given.set(step.membership.group, 'directory');
    else given.delete(step.membership.group);
  }
  if (step.groups === undefined) return;
  for (const [group, by] of given) if (by === 'event' && !step.groups.includes(group)) given.delete(group);
  for (const group of step.groups) if (!given.has(group)) given.set(group, 'event');
}

/**
 * @param facts everything said about one person, cancelled facts left out, in any order
 * @param nowMs the present; what lies before it becomes the first slice
 * @returns at least one slice, the present first, then each change to come
 */
export function foldPerson({ facts, nowMs }: { facts: readonly PersonFact[]; nowMs: number }): PersonSlice[] {
  const steps: Step[] = facts
    .map((fact) => ({ ...fact, atMs: effectiveAtMs({ fact, facts }) }))
    .sort(byEffect);
  const changes = stateChanges({ steps, facts });
  const moments = [...new Set([...steps, ...changes].map((s) => s.atMs))].sort((a, b) => a - b);
  const fields = new Map<ProfileField, string>();
  const given = new Map<string, 'event' | 'directory'>();
  const slices: PersonSlice[] = [];
  for (const atMs of moments) {
    for (const step of steps) {
      if (step.atMs !== atMs) continue;
      for (const field of PROFILE_FIELDS) {
        const value = step.fields[field];
        if (value !== undefined) fields.set(field, value);
      }
      applyGroups({ given, step });
    }
    const state = changes.findLast((change) => change.atMs <= atMs);
    const slice: PersonSlice = {
      from: new Date(atMs).toISOString(),
      state: state?.state ?? null,
      email: fields.get('email') ?? null,
      givenName: fields.get('givenName') ?? null,
      surname: fields.get('surname') ?? null,
      managerExternalId: fields.get('managerExternalId') ?? null,
      timeZone: fields.get('timeZone') ?? null,
      groups: [...given.keys()].sort(),
      stateFrom: state === undefined ? null : new Date(state.atMs).toISOString(),
      cause: state?.cause ?? null,
    };
    // Up to the present only the last one matters.
    if (atMs <= nowMs) slices.splice(0, slices.length, slice);
    else slices.push(slice);
  }
  return slices.length > 0 && Date.parse((slices[0] as PersonSlice).from) <= nowMs
    ? slices
    : [nobodyYet(nowMs), ...slices];
}

const nobodyYet = (nowMs: number): PersonSlice => ({
  from: new Date(nowMs).toISOString(),
  state: null,
  email: null,
  givenName: null,
  surname: null,
  managerExternalId: null,
  timeZone: null,
  groups: [],
  stateFrom: null,
  cause: null,
});

/** The slice that holds now; the stored slices may begin in the past. */
export function sliceAt({ slices, nowMs }: { slices: readonly PersonSlice[]; nowMs: number }): PersonSlice {
  return slices.findLast((slice) => Date.parse(slice.from) <= nowMs) ?? slices[0] ?? nobodyYet(nowMs);
}
