import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextAction } from '../../src/domain/next-action.ts';
import type { Desired } from '../../src/domain/plan.ts';
import type { SeatView } from '../../src/domain/seat.ts';
import type { LifecycleSettings } from '../../src/domain/settings.ts';
import { describeSeat, describeStep, describeTimer } from '../../src/domain/story.ts';
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

const told = ({
  view,
  desired = 'none',
  settings = settingsOf(),
}: {
  view: SeatView;
  desired?: Desired;
  settings?: LifecycleSettings;
}): string => {
  const plan = planOf([desired, NOW_MS - HOUR_MS]);
  const action = nextAction({ view, plan, settings, nowMs: NOW_MS });
  return describeSeat({ view, plan, settings, action, nowMs: NOW_MS });
};

describe('what an operator reads of a seat', () => {
  it('is made of whole sentences, whatever the seat is like', () => {
    const seat = fc.record({
      view: fc.option(someView, { nil: null }),
      plan: somePlan,
      settings: someSettings,
    });
    fc.assert(
      fc.property(seat, ({ view, plan, settings }) => {
        const action = nextAction({ view, plan, settings, nowMs: NOW_MS });
        const texts = [describeSeat({ view, plan, settings, action, nowMs: NOW_MS })];
        if (action.do === 'wait' && action.untilMs !== null) {
          texts.push(describeTimer({ view, plan, untilMs: action.untilMs, nowMs: NOW_MS }));
        } else if (action.do !== 'wait' && action.do !== 'finish') {
          texts.push(describeStep({ step: action, plan, settings, nowMs: NOW_MS }));
        }
        for (const text of texts) {
          assert.doesNotMatch(text, /undefined|null|NaN|Invalid|\[object|\.\./, text);
        }
        assert.match(texts[0] as string, /\*\*Next:\*\* .+\.$/s);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says until when a removal can be undone', () => {
    const text = told({ view: viewOf({ state: 'held' }) });
    assert.match(text, /can be undone/);
    assert.match(text, /On 2026-11-23 09:00 UTC the address is released/);
  });

  it('says who gets the files at the end of the hold, and only where that is asked for', () => {
    const to = (transferTo: 'manager' | 'person', on: { deprovision?: boolean } = {}): LifecycleSettings => {
      const settings = settingsOf(on);
      return { ...settings, deprovision: { ...settings.deprovision, transferTo } };
    };
    const view = viewOf({ state: 'held' });
    const date = 'On 2026-11-23 09:00 UTC the files are transferred to';
    assert.match(told({ view, settings: to('manager') }), new RegExp(`${date} the manager, and then`));
    assert.match(
      told({ view, settings: to('person') }),
      new RegExp(`${date} the person named in the settings`),
    );
    assert.doesNotMatch(told({ view }), /files/);
    assert.doesNotMatch(told({ view, settings: to('manager', { deprovision: false }) }), /files/);
    assert.doesNotMatch(told({ view, desired: 'suspended', settings: to('manager') }), /files/);
    const over = viewOf({ state: 'held', holdUntil: iso(NOW_MS - HOUR_MS) });
    assert.match(
      told({ view: over, settings: to('manager') }),
      /transfer the files to the manager, then release/,
    );
  });

  it('says that nobody can receive the files, and when that is looked at again', () => {
    const attention = { code: 'transfer_destination_unusable', since: iso(NOW_MS) } as const;
    const text = told({ view: viewOf({ state: 'held', attention }) });
    assert.match(text, /receive the files/);
    assert.match(text, /looks again on 2026-11-23 09:00 UTC/);
  });

  it('does not promise a date that has passed', () => {
    const view = viewOf({
      state: 'held',
      holdUntil: iso(NOW_MS - HOUR_MS),
      waiting: { kind: 'email', since: iso(NOW_MS - HOUR_MS), lookAgainAt: iso(NOW_MS + HOUR_MS) },
    });
    assert.match(told({ view }), /Looks again on 2026-11-22 10:00 UTC/);
  });

  it('says what is waited for, and until when', () => {
    const since = iso(NOW_MS - HOUR_MS);
    const waiting = { kind: 'email', since, until: iso(NOW_MS + 48 * HOUR_MS) } as const;
    const text = told({ view: viewOf({ waiting }), desired: 'member' });
    assert.match(text, /held for somebody else, expected until 2026-11-24 09:00 UTC/);
  });

  it('says what a person has to do about attention', () => {
    const attention = { code: 'last_admin', since: iso(NOW_MS) } as const;
    assert.match(told({ view: viewOf({ state: 'active', attention }) }), /Make somebody else an admin/);
  });

  it('says what to tell somebody whom Dropbox mailed nothing', () => {
    const text = told({ view: viewOf({ state: 'invited', unmailed: true }), desired: 'member' });
    assert.match(text, /sent no mail: tell the person to sign in/);
    assert.doesNotMatch(told({ view: viewOf({ state: 'invited' }), desired: 'member' }), /mail/);
  });

  it('says why it is so', () => {
    assert.match(told({ view: viewOf({ state: 'active' }) }), /because: leaver \(fact 1\) \(plan 5\)/);
  });
});
