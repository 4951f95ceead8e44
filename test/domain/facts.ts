/** Facts about one person, made up by fast-check or by hand. */
import fc from 'fast-check';
import type { PersonFact } from '../../src/domain/fact.ts';

export const DAY_MS = 86_400_000;
/** 2026-06-01T00:00:00Z */
export const START_MS = Date.UTC(2026, 5, 1);

export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
] as const;

export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Few moments, so that ties are frequent. */
const moment = fc.integer({ min: 0, max: 12 }).map((step) => START_MS + step * (DAY_MS / 2));
const effective: fc.Arbitrary<PersonFact['effective']> = fc.oneof(
  moment.map((atMs) => ({ atMs })),
  moment.map((atMs) => ({ date: isoDate(atMs) })),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const anyFact = fc.record({
  type: fc.constantFrom('joiner', 'mover', 'leaver', 'suspension', 'reinstatement', 'person', 'membership'),
  source: fc.constantFrom('hr', 'directory'),
  occurredAtMs: moment,
  effective,
  returnAt: optional(effective),
  email: optional(fc.constantFrom('a@corp.example', 'b@corp.example')),
  surname: optional(fc.constantFrom('Hopper', 'Lovelace')),
  timeZone: optional(fc.constantFrom(...ZONES)),
  groups: optional(fc.subarray(['Engineering', 'Sales', 'Legal'])),
  state: optional(fc.constantFrom('active' as const, 'suspended' as const, 'left' as const)),
  member: fc.boolean(),
});

/** Facts as they are stored: every one has its own id and event id, and only what its type may carry. */
export const someFacts: fc.Arbitrary<PersonFact[]> = fc
  .array(anyFact, { minLength: 1, maxLength: 9 })
  .map((drawn) =>
    drawn.map(({ email, surname, timeZone, groups, state, member, returnAt, ...fact }, i): PersonFact => {
      const fields = {
        ...(email === undefined ? {} : { email }),
        ...(surname === undefined ? {} : { surname }),
        ...(timeZone === undefined ? {} : { timeZone }),
      };
      const base = { id: i + 1, eventId: `evt-${i + 1}`, ...fact, fields };
      if (fact.type === 'membership') return { ...base, fields: {}, membership: { group: 'Sales', member } };
      if (fact.type === 'person') return { ...base, ...(state === undefined ? {} : { state }) };
      return {
        ...base,
        ...(groups === undefined ? {} : { groups }),
        ...(fact.type === 'suspension' && returnAt !== undefined ? { returnAt } : {}),
      };
    }),
  );

let made = 0;

/** One fact by hand; it occurs and takes effect on the given day of June 2026 unless said otherwise. */
export function fact(type: PersonFact['type'], day: number, over: Partial<PersonFact> = {}): PersonFact {
  made += 1;
  const atMs = START_MS + (day - 1) * DAY_MS;
  return {
    id: made,
    source: 'hr',
    eventId: `by-hand-${made}`,
    type,
    occurredAtMs: atMs,
    effective: { atMs },
    fields: {},
    ...over,
  };
}

export const june = (day: number): number => START_MS + (day - 1) * DAY_MS;
