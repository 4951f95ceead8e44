import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type NextAction, nextAction } from '../../src/domain/next-action.ts';
import { currentStep, type Desired, type Plan } from '../../src/domain/plan.ts';
import type { SeatState, SeatView } from '../../src/domain/seat.ts';
import type { LifecycleSettings } from '../../src/domain/settings.ts';
import {
  HOUR_MS,
  iso,
  NOW_MS,
  planOf,
  settingsOf,
  somePlan,
  someSettings,
  someView,
  viewOf,
} from './lifecycles.ts';

const PAST_MS = NOW_MS - HOUR_MS;

/** In a few words: `wait 24h` is a wait of so many hours, `wait` one for a message. */
function words(action: NextAction): string {
  if (action.do === 'skip') return `skip ${action.action}`;
  if (action.do !== 'wait') return action.do;
  return action.untilMs === null ? 'wait' : `wait ${(action.untilMs - NOW_MS) / HOUR_MS}h`;
}

const asked = ({
  view,
  desired,
  settings = settingsOf(),
}: {
  view: SeatView | null;
  desired: Desired;
  settings?: LifecycleSettings;
}) => words(nextAction({ view, plan: planOf([desired, PAST_MS]), settings, nowMs: NOW_MS }));

describe('what a lifecycle does next', () => {
  const OFF = settingsOf({ provision: false, suspend: false, deprovision: false });
  const TABLE: [state: SeatState, desired: Desired, enabled: string, switchedOff: string][] = [
    ['waiting', 'member', 'provision', 'skip provision'],
    ['provisioning', 'member', 'provision', 'skip provision'],
    ['invited', 'member', 'wait', 'wait'],
    ['active', 'member', 'wait', 'wait'],
    ['suspended', 'member', 'reinstate', 'skip suspend'],
    ['deprovisioning', 'member', 'provision', 'skip provision'],
    ['held', 'member', 'provision', 'skip provision'],
    ['released', 'member', 'provision', 'skip provision'],
    ['waiting', 'suspended', 'wait', 'wait'],
    ['invited', 'suspended', 'suspend', 'skip suspend'],
    ['active', 'suspended', 'suspend', 'skip suspend'],
    ['suspended', 'suspended', 'wait', 'wait'],
    ['held', 'suspended', 'wait 24h', 'wait 24h'],
    ['released', 'suspended', 'wait', 'wait'],
    ['waiting', 'none', 'finish', 'finish'],
    ['provisioning', 'none', 'deprovision', 'skip deprovision'],
    ['invited', 'none', 'deprovision', 'skip deprovision'],
    ['active', 'none', 'deprovision', 'skip deprovision'],
    ['suspended', 'none', 'deprovision', 'skip deprovision'],
    ['deprovisioning', 'none', 'deprovision', 'skip deprovision'],
    ['held', 'none', 'wait 24h', 'wait 24h'],
    ['released', 'none', 'finish', 'finish'],
  ];
  for (const [state, desired, enabled, switchedOff] of TABLE) {
    it(`with a seat that is ${state} and should be ${desired}: ${enabled}; switched off: ${switchedOff}`, () => {
      const view = viewOf({ state });
      assert.equal(asked({ view, desired }), enabled);
      assert.equal(asked({ view, desired, settings: OFF }), switchedOff);
    });
  }

  it('looks again at the end of the hold when nobody could receive the files before, and only once', () => {
    const holdUntil = iso(NOW_MS + HOUR_MS);
    const code = 'transfer_destination_unusable' as const;
    const early = viewOf({ state: 'held', holdUntil, attention: { code, since: iso(NOW_MS) } });
    assert.equal(asked({ view: early, desired: 'none' }), 'wait 1h');
    const over = { ...early, holdUntil: iso(NOW_MS - HOUR_MS) };
    const since = iso(NOW_MS - 2 * HOUR_MS);
    assert.equal(asked({ view: { ...over, attention: { code, since } }, desired: 'none' }), 'release');
    assert.equal(asked({ view: over, desired: 'none' }), 'wait');
    const refused = { ...over, attention: { code, since, tag: 'recipient_not_verified' } };
    assert.equal(asked({ view: refused, desired: 'none' }), 'wait');
    const other = { ...over, attention: { code: 'drift' as const, since } };
    assert.equal(asked({ view: other, desired: 'none' }), 'wait');
  });

  it('acts at once on what is wanted when nothing is known, and only reads when the action is off', () => {
    assert.equal(asked({ view: null, desired: 'member' }), 'provision');
    assert.equal(asked({ view: null, desired: 'none' }), 'deprovision');
    assert.equal(asked({ view: null, desired: 'suspended' }), 'suspend');
    assert.equal(asked({ view: null, desired: 'suspended', settings: OFF }), 'look');
    assert.equal(asked({ view: null, desired: 'member', settings: OFF }), 'look');
    assert.equal(asked({ view: null, desired: 'none', settings: OFF }), 'look');
  });

  it('waits for the next date of the plan', () => {
    const plan = planOf(['none', PAST_MS], ['member', NOW_MS + 3 * HOUR_MS]);
    const question = { plan, settings: settingsOf(), nowMs: NOW_MS };
    assert.equal(words(nextAction({ ...question, view: viewOf() })), 'wait 3h');
    const all = { ...question, plan: planOf(['member', NOW_MS + 3 * HOUR_MS]) };
    assert.equal(words(nextAction({ ...all, view: viewOf() })), 'wait 3h');
    assert.equal(words(nextAction({ ...all, view: null })), 'look');
  });

  it('waits for a person after attention, until plan or settings change', () => {
    const attention = { code: 'last_admin', since: iso(PAST_MS) } as const;
    const active = { state: 'active', attention } as const;
    assert.equal(asked({ view: viewOf(active), desired: 'none' }), 'wait');
    assert.equal(asked({ view: viewOf({ ...active, judgedPlan: 4 }), desired: 'none' }), 'deprovision');
    assert.equal(asked({ view: viewOf({ ...active, judgedSettings: 1 }), desired: 'none' }), 'deprovision');
  });

  it('looks again when a wait says so, and not before', () => {
    const waiting = (lookAgainAtMs: number) =>
      viewOf({ waiting: { kind: 'email', since: iso(PAST_MS), lookAgainAt: iso(lookAgainAtMs) } });
    assert.equal(asked({ view: waiting(NOW_MS + HOUR_MS), desired: 'member' }), 'wait 1h');
    assert.equal(asked({ view: waiting(NOW_MS), desired: 'member' }), 'provision');
  });

  it('releases the address when the hold has ended, also while an action is switched off', () => {
    const view = viewOf({ state: 'held', holdUntil: iso(NOW_MS) });
    assert.equal(asked({ view, desired: 'none' }), 'release');
    assert.equal(asked({ view, desired: 'suspended' }), 'release');
    const skipped = { ...view, skipped: 'provision' } as const;
    assert.equal(asked({ view: skipped, desired: 'member', settings: OFF }), 'release');
  });

  it('settles claims before it ends a seat that never was a member', () => {
    assert.equal(asked({ view: viewOf({ looseEnds: true }), desired: 'none', settings: OFF }), 'deprovision');
  });

  it('reminds of an invitation, or cancels it, only while it is one and provisioning is on', () => {
    const due = (view: Partial<SeatView>) => viewOf({ state: 'invited', due: 'remind', ...view });
    assert.equal(asked({ view: due({}), desired: 'member' }), 'remind');
    assert.equal(asked({ view: due({ due: 'expire' }), desired: 'member' }), 'expire');
    assert.equal(asked({ view: due({}), desired: 'member', settings: OFF }), 'wait');
    assert.equal(asked({ view: due({ state: 'active' }), desired: 'member' }), 'wait');
    assert.equal(asked({ view: due({}), desired: 'none' }), 'deprovision');
    assert.equal(asked({ view: due({}), desired: 'suspended' }), 'suspend');
  });

  it('leaves an expired invitation alone until the plan is a newer one, whatever the settings', () => {
    const attention = { code: 'invitation_expired', since: iso(PAST_MS) } as const;
    assert.equal(asked({ view: viewOf({ attention }), desired: 'member' }), 'wait');
    assert.equal(asked({ view: viewOf({ attention, judgedSettings: 1 }), desired: 'member' }), 'wait');
    assert.equal(asked({ view: viewOf({ attention, judgedPlan: 4 }), desired: 'member' }), 'provision');
  });

  it('takes over a changed profile, if provisioning is switched on', () => {
    const member = (profileRevision: number | null) => viewOf({ state: 'active', profileRevision });
    assert.equal(asked({ view: member(2), desired: 'member' }), 'update');
    assert.equal(asked({ view: member(0), desired: 'member' }), 'update');
    assert.equal(asked({ view: member(2), desired: 'member', settings: OFF }), 'skip provision');
    assert.equal(asked({ view: member(1), desired: 'member' }), 'wait');
    assert.equal(asked({ view: member(null), desired: 'member' }), 'wait');
  });
});

describe('whatever a seat is like', () => {
  const question = fc.record({
    view: fc.option(someView, { nil: null }),
    plan: somePlan,
    settings: someSettings,
  });

  it('no member is removed while de-provisioning is switched off', () => {
    fc.assert(
      fc.property(question, ({ view, plan, settings }) => {
        const off = { ...settings, deprovision: { ...settings.deprovision, enabled: false } };
        if (nextAction({ view, plan, settings: off, nowMs: NOW_MS }).do !== 'deprovision') return;
        // What is left are claims of a seat that has no member.
        assert.ok(view?.looseEnds);
        assert.ok(view.state === 'waiting' || view.state === 'released');
      }),
      { numRuns: 2_000 },
    );
  });

  it('nobody is removed or released who should be a member, and nobody added who should not', () => {
    fc.assert(
      fc.property(question, ({ view, plan, settings }) => {
        const action = nextAction({ view, plan, settings, nowMs: NOW_MS });
        const { desired } = currentStep({ plan, nowMs: NOW_MS }).step;
        if (desired === 'member') assert.notEqual(action.do, 'deprovision');
        else assert.notEqual(action.do, 'provision');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a wait lies ahead, never beyond the next date of the plan, and a hold is not cut short', () => {
    fc.assert(
      fc.property(question, ({ view, plan, settings }) => {
        const action = nextAction({ view, plan, settings, nowMs: NOW_MS });
        const { nextAtMs } = currentStep({ plan, nowMs: NOW_MS });
        if (action.do === 'wait') {
          assert.ok(action.untilMs === null || action.untilMs > NOW_MS, words(action));
          if (nextAtMs !== null) assert.ok(action.untilMs !== null && action.untilMs <= nextAtMs);
        }
        if (action.do === 'release') assert.ok(Date.parse(view?.holdUntil ?? '') <= NOW_MS);
        if (action.do === 'finish') assert.equal(nextAtMs, null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('nothing is done about a seat that an operator paused, nor waited for but the end of the pause', () => {
    fc.assert(
      fc.property(question, ({ view, plan, settings }) => {
        const asked = { plan: { ...plan, paused: true as const }, settings, nowMs: NOW_MS };
        const action = nextAction({ view, ...asked });
        assert.ok(action.do === 'look' || action.do === 'wait', words(action));
        const waiting = { kind: 'person', since: iso(NOW_MS) } as const;
        const known = { ...(view ?? viewOf()), waiting, judgedPlan: plan.version };
        assert.equal(words(nextAction({ view: known, ...asked })), 'wait');
      }),
      { numRuns: 1_000 },
    );
  });

  it('it comes to rest: a step that has its expected result is not asked for again and again', () => {
    fc.assert(
      fc.property(question, ({ plan, settings, ...start }) => {
        let view = start.view;
        const taken: string[] = [];
        for (;;) {
          const action = nextAction({ view, plan, settings, nowMs: NOW_MS });
          if (action.do === 'wait' || action.do === 'finish') return;
          taken.push(words(action));
          assert.ok(taken.length <= 5, taken.join(', '));
          view = expected({ view: view ?? viewOf(), action, plan });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What the seat is like after a step that went well, and was judged by the present versions. */
function expected({ view, action, plan }: { view: SeatView; action: NextAction; plan: Plan }): SeatView {
  const judged = { ...view, judgedPlan: plan.version, judgedSettings: 2 };
  const clean = { ...judged, waiting: null, attention: null, skipped: null };
  switch (action.do) {
    case 'provision':
      return { ...clean, state: 'invited', profileRevision: action.profileRevision };
    case 'update':
      return { ...clean, profileRevision: action.profileRevision };
    case 'deprovision':
      return view.state === 'waiting' || view.state === 'released'
        ? { ...clean, looseEnds: false }
        : { ...clean, state: 'held', holdUntil: iso(NOW_MS + HOUR_MS) };
    case 'suspend':
      return view.state === 'invited' ? { ...clean, state: 'waiting' } : { ...clean, state: 'suspended' };
    case 'reinstate':
      return { ...clean, state: 'active' };
    case 'release':
      return { ...clean, state: 'released', holdUntil: null, looseEnds: false };
    case 'remind': {
      const { due: _, ...done } = clean;
      return done;
    }
    case 'expire': {
      const { due: _, ...done } = clean;
      return { ...done, state: 'waiting', attention: { code: 'invitation_expired', since: iso(NOW_MS) } };
    }
    case 'look':
      return judged;
    case 'skip':
      return { ...clean, skipped: action.action };
    case 'wait':
    case 'finish':
      return view;
    default:
      return action satisfies never;
  }
}
