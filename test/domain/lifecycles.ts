/** Seats, plans and settings for tests of what a lifecycle does next. */
import fc from 'fast-check';
import type { Desired, Plan } from '../../src/domain/plan.ts';
import {
  type AttentionCode,
  type InvitationDue,
  SEAT_STATES,
  type SeatView,
  type Waiting,
} from '../../src/domain/seat.ts';
import type { LifecycleSettings } from '../../src/domain/settings.ts';

export const NOW_MS = Date.UTC(2026, 10, 22, 9);
export const HOUR_MS = 3_600_000;
export const iso = (ms: number): string => new Date(ms).toISOString();

export const planOf = (...steps: [desired: Desired, atMs: number][]): Plan => ({
  version: 5,
  steps: steps.map(([desired, atMs], i) => ({
    at: iso(atMs),
    desired,
    profileRevision: desired === 'none' ? null : 1,
    cause: { fact: i + 1, type: desired === 'none' ? 'leaver' : 'joiner' },
  })),
});

export const settingsOf = ({
  provision = true,
  suspend = true,
  deprovision = true,
}: Partial<Record<'provision' | 'suspend' | 'deprovision', boolean>> = {}): LifecycleSettings => ({
  version: 2,
  provision: { enabled: provision },
  suspend: { enabled: suspend },
  deprovision: { enabled: deprovision, transferTo: 'none' },
});

export const viewOf = (over: Partial<SeatView> = {}): SeatView => ({
  state: 'waiting',
  memberStatus: null,
  profileRevision: null,
  holdUntil: over.state === 'held' ? iso(NOW_MS + 24 * HOUR_MS) : null,
  waiting: null,
  attention: null,
  skipped: null,
  judgedPlan: 5,
  judgedSettings: 2,
  looseEnds: false,
  ...over,
});

const switches = fc.record({ provision: fc.boolean(), suspend: fc.boolean(), deprovision: fc.boolean() });
const near = fc.integer({ min: -48, max: 48 }).map((hours) => NOW_MS + hours * HOUR_MS);
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

export const someSettings = switches.map((drawn) => settingsOf(drawn));

export const somePlan: fc.Arbitrary<Plan> = fc
  .array(fc.tuple(fc.constantFrom<Desired>('member', 'suspended', 'none'), near), {
    minLength: 1,
    maxLength: 4,
  })
  .map((steps) => planOf(...steps.sort(([, a], [, b]) => a - b)));

const someWaiting: fc.Arbitrary<Waiting> = fc
  .record({
    kind: fc.constantFrom('email', 'seat', 'date', 'connection', 'brake', 'person'),
    since: fc.constant(iso(NOW_MS - HOUR_MS)),
    until: orNull(near),
    lookAgainAt: orNull(near),
  })
  .map(({ kind, since, until, lookAgainAt }) => ({
    kind,
    since,
    ...(until === null ? {} : { until: iso(until) }),
    ...(lookAgainAt === null ? {} : { lookAgainAt: iso(lookAgainAt) }),
  }));

export const someView: fc.Arbitrary<SeatView> = fc
  .record({
    state: fc.constantFrom(...SEAT_STATES),
    profileRevision: orNull(fc.integer({ min: 1, max: 2 })),
    holdUntilMs: near,
    waiting: orNull(someWaiting),
    attention: orNull(fc.constantFrom<AttentionCode>('drift', 'last_admin', 'refused', 'invitation_expired')),
    skipped: orNull(fc.constantFrom('provision', 'suspend', 'deprovision')),
    judgedPlan: fc.constantFrom(4, 5),
    judgedSettings: fc.constantFrom(1, 2),
    looseEnds: fc.boolean(),
    due: orNull(fc.constantFrom<InvitationDue>('remind', 'expire')),
    unmailed: fc.boolean(),
  })
  .map(({ holdUntilMs, attention, due, unmailed, ...view }) => ({
    ...view,
    ...(due === null ? {} : { due }),
    ...(unmailed ? { unmailed } : {}),
    memberStatus: null,
    holdUntil: view.state === 'held' ? iso(holdUntilMs) : null,
    attention: attention === null ? null : { code: attention, since: iso(NOW_MS) },
  }));
