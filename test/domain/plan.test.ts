import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PersonFact, PersonSlice } from '../../src/domain/fact.ts';
import { foldPerson } from '../../src/domain/person.ts';
import { type AssignmentRule, currentStep, type Plan, planSteps, samePlan } from '../../src/domain/plan.ts';
import { DAY_MS, fact, june, START_MS, someFacts } from './facts.ts';

/** Numbers profiles as the store does: equal ones share a number. */
function revisions(): (slice: PersonSlice) => number {
  const known = new Map<string, number>();
  return ({ email, givenName, surname }) => {
    const key = JSON.stringify([email, givenName, surname]);
    known.set(key, known.get(key) ?? known.size + 1);
    return known.get(key) as number;
  };
}

type RuleInput = { everyone?: boolean; groups?: string[]; people?: string[] };
const ruleOf = ({ everyone = false, groups = [], people = [] }: RuleInput): AssignmentRule => ({
  everyone,
  groups: new Set(groups),
  people: new Set(people),
});
const EVERYONE = ruleOf({ everyone: true });

const stepsAt = ({
  facts,
  nowMs,
  rule = EVERYONE,
  revisionOf = revisions(),
}: {
  facts: PersonFact[];
  nowMs: number;
  rule?: AssignmentRule;
  revisionOf?: (slice: PersonSlice) => number;
}) => planSteps({ personId: 'E1', slices: foldPerson({ facts, nowMs }), rule, revisionOf });

const desired = (rule: AssignmentRule, ...facts: PersonFact[]) =>
  stepsAt({ facts, nowMs: START_MS, rule }).map((step) => step.desired);

describe('a plan', () => {
  it('stays the same plan while time passes and nothing is said', () => {
    const rules = fc.constantFrom(EVERYONE, ruleOf({ groups: ['Sales'] }), ruleOf({ people: ['E1'] }));
    const spans = fc.tuple(fc.integer({ min: -2, max: 18 }), fc.integer({ min: 0, max: 18 }));
    fc.assert(
      fc.property(someFacts, rules, spans, (facts, rule, [early, span]) => {
        const nowMs = START_MS + early * (DAY_MS / 2);
        const laterMs = nowMs + span * (DAY_MS / 2);
        const revisionOf = revisions();
        const plan: Plan = { version: 1, steps: stepsAt({ facts, nowMs, rule, revisionOf }) };
        const steps = stepsAt({ facts, nowMs: laterMs, rule, revisionOf });
        assert.ok(samePlan({ steps, plan, nowMs: laterMs }));
        assert.equal(currentStep({ plan, nowMs: laterMs }).step.desired, steps[0]?.desired);
      }),
      { numRuns: 400 },
    );
  });

  it('says since when the state holds, where a mover began the step', () => {
    const moved = fact('mover', 5, { fields: { surname: 'Lovelace' } });
    const [step] = stepsAt({ facts: [fact('joiner', 1), moved], nowMs: june(10) });
    assert.deepEqual(
      [step?.at, step?.since].map((at) => Date.parse(at ?? '')),
      [june(5), june(1)],
    );
    const [joined] = stepsAt({ facts: [fact('joiner', 1)], nowMs: june(10) });
    assert.equal(joined?.since, undefined);
  });

  it('has at least one step, in order of time, and no step that repeats the one before', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const steps = stepsAt({ facts, nowMs: START_MS });
        assert.ok(steps.length > 0);
        steps.forEach((step, i) => {
          const before = steps[i - 1];
          if (before === undefined) return;
          assert.ok(before.at < step.at);
          assert.notDeepEqual([before.desired, before.profileRevision], [step.desired, step.profileRevision]);
        });
      }),
    );
  });

  it('gives a profile to whoever has a seat, and to nobody else', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        for (const step of stepsAt({ facts, nowMs: START_MS })) {
          assert.equal(step.profileRevision === null, step.desired === 'none');
        }
      }),
    );
  });

  it('is another one when a date, a state or a profile differs', () => {
    const joiner = fact('joiner', 1);
    const plan: Plan = { version: 1, steps: stepsAt({ facts: [joiner, fact('leaver', 9)], nowMs: june(2) }) };
    const is = (...facts: PersonFact[]) =>
      samePlan({ steps: stepsAt({ facts, nowMs: june(2) }), plan, nowMs: june(2) });
    assert.equal(is(joiner, fact('leaver', 9)), true);
    assert.equal(is(joiner, fact('leaver', 10)), false);
    assert.equal(is(joiner, fact('suspension', 9)), false);
    assert.equal(is(joiner), false);
    assert.equal(is(joiner, fact('leaver', 9), fact('joiner', 12)), false);
    const other: Plan = { version: 2, steps: plan.steps.map((step) => ({ ...step, profileRevision: 7 })) };
    assert.equal(samePlan({ steps: plan.steps, plan: other, nowMs: june(2) }), false);
  });
});

describe('an assignment', () => {
  const joiner = fact('joiner', 1, { groups: ['Engineering'] });

  it('reaches everyone, a group or a person', () => {
    assert.deepEqual(desired(EVERYONE, joiner), ['member']);
    assert.deepEqual(desired(ruleOf({ groups: ['Engineering'] }), joiner), ['member']);
    assert.deepEqual(desired(ruleOf({ people: ['E1'] }), joiner), ['member']);
    assert.deepEqual(desired(ruleOf({ groups: ['Sales'], people: ['E2'] }), joiner), ['none']);
  });

  it('ends when the person leaves the group, on that day', () => {
    const steps = stepsAt({
      facts: [joiner, fact('mover', 5, { groups: [] })],
      nowMs: START_MS,
      rule: ruleOf({ groups: ['Engineering'] }),
    });
    assert.deepEqual(
      steps.map(({ at, desired: wanted, cause }) => [at.slice(0, 10), wanted, cause !== null]),
      [
        ['2026-06-01', 'member', true],
        ['2026-06-05', 'none', true],
      ],
    );
    assert.deepEqual(steps[1]?.cause, { assignment: true });
  });

  it('gives nobody a seat who has left, or of whom nobody said that they joined', () => {
    assert.deepEqual(desired(EVERYONE, joiner, fact('leaver', 1, { occurredAtMs: june(2) })), ['none']);
    assert.deepEqual(desired(EVERYONE, fact('mover', 1)), ['none']);
  });

  it('keeps a suspended person suspended', () => {
    assert.deepEqual(desired(EVERYONE, joiner, fact('suspension', 3), fact('reinstatement', 6)), [
      'member',
      'suspended',
      'member',
    ]);
  });
});

describe('the step that holds now', () => {
  it('is the latest that has begun, and says when the next one does', () => {
    const plan: Plan = {
      version: 3,
      steps: stepsAt({ facts: [fact('joiner', 2), fact('leaver', 6)], nowMs: START_MS }),
    };
    const on = (day: number) => {
      const { step, nextAtMs } = currentStep({ plan, nowMs: june(day) });
      return [step.desired, nextAtMs];
    };
    assert.deepEqual(on(1), ['none', june(2)]);
    assert.deepEqual(on(2), ['member', june(6)]);
    assert.deepEqual(on(6), ['none', null]);
  });

  describe('after an operator recovered somebody', () => {
    const recovered = (rule: AssignmentRule, ...facts: PersonFact[]) =>
      planSteps({
        personId: 'E1',
        slices: foldPerson({ facts, nowMs: june(10) }),
        rule,
        decision: { id: 7, kind: 'recover', desired: 'member', atMs: june(10) },
        revisionOf: revisions(),
      });
    const joined = fact('joiner', 1);

    it('wants a member, because of the decision, whatever was said before it', () => {
      const [step] = recovered(EVERYONE, joined, fact('leaver', 5));
      assert.deepEqual([step?.desired, step?.cause], ['member', { decision: 7, kind: 'recover' }]);
    });

    it('wants one without an assignment too', () => {
      assert.deepEqual(
        recovered(ruleOf({}), joined).map((step) => step.desired),
        ['member'],
      );
    });

    it('obeys a fact about the state that takes effect later, and no other', () => {
      const steps = recovered(EVERYONE, joined, fact('leaver', 5), fact('mover', 12), fact('leaver', 14));
      assert.deepEqual(
        steps.map((step) => [step.at.slice(8, 10), step.desired]),
        [
          ['05', 'member'],
          ['14', 'none'],
        ],
      );
    });
  });
});
