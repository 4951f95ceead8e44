import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PersonFact } from '../../src/domain/fact.ts';
import { effectiveAtMs, foldPerson, sliceAt } from '../../src/domain/person.ts';
import { DAY_MS, fact, june, START_MS, someFacts } from './facts.ts';

const at = (facts: PersonFact[], nowMs: number) => sliceAt({ slices: foldPerson({ facts, nowMs }), nowMs });
const stateOn = (facts: PersonFact[], day: number) => at(facts, june(day)).state;

describe('a person, folded from facts', () => {
  it('does not depend on the order in which facts arrive', () => {
    const shuffled = someFacts.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      ),
    );
    const now = fc.integer({ min: START_MS - DAY_MS, max: START_MS + 9 * DAY_MS });
    fc.assert(
      fc.property(shuffled, now, ([facts, other], nowMs) => {
        assert.deepEqual(foldPerson({ facts: other, nowMs }), foldPerson({ facts, nowMs }));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same however often a fact is repeated', () => {
    fc.assert(
      fc.property(someFacts, ([...facts]) => {
        assert.deepEqual(
          foldPerson({ facts: [...facts, ...facts, ...facts], nowMs: START_MS }),
          foldPerson({ facts, nowMs: START_MS }),
        );
      }),
    );
  });

  it('is foretold: what the present says of a later moment is what that moment says', () => {
    const moments = fc.tuple(fc.integer({ min: -2, max: 18 }), fc.integer({ min: 0, max: 18 }));
    fc.assert(
      fc.property(someFacts, moments, (facts, [early, span]) => {
        const nowMs = START_MS + early * (DAY_MS / 2);
        const laterMs = nowMs + span * (DAY_MS / 2);
        const foretold = sliceAt({ slices: foldPerson({ facts, nowMs }), nowMs: laterMs });
        const { from: _, ...said } = foretold;
        const { from: __, ...seen } = at(facts, laterMs);
        assert.deepEqual(said, seen);
      }),
      { numRuns: 400 },
    );
  });

  it('has the state of the latest fact that took effect, ties decided by when it was said', () => {
    const settled = (type: PersonFact['type']) => type !== 'mover' && type !== 'membership';
    const STATES: Record<string, string> = {
      joiner: 'active',
      reinstatement: 'active',
      leaver: 'left',
      suspension: 'suspended',
    };
    fc.assert(
      fc.property(someFacts, fc.integer({ min: 0, max: 18 }), (drawn, half) => {
        const nowMs = START_MS + half * (DAY_MS / 2);
        // Without returns, the state is the last word; that needs no machinery to say.
        const facts = drawn.map(({ returnAt: _, ...rest }) => rest);
        const rank = (f: PersonFact) =>
          [effectiveAtMs({ fact: f, facts }), f.occurredAtMs].map((n) => String(n).padStart(15, '0')).join() +
          f.source +
          f.eventId;
        const said = facts
          .filter((f) => settled(f.type) && (f.type !== 'person' || f.state !== undefined))
          .filter((f) => effectiveAtMs({ fact: f, facts }) <= nowMs)
          .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
          .at(-1);
        const expected = said === undefined ? null : (said.state ?? STATES[said.type]);
        assert.equal(at(facts, nowMs).state, expected);
      }),
      { numRuns: 400 },
    );
  });

  it('has no state before anybody said that they joined', () => {
    assert.equal(stateOn([fact('joiner', 5)], 4), null);
    assert.equal(stateOn([fact('mover', 3), fact('joiner', 5)], 4), null);
    assert.equal(stateOn([fact('joiner', 5)], 5), 'active');
  });

  it('keeps its state through a move', () => {
    assert.equal(stateOn([fact('joiner', 1), fact('leaver', 3), fact('mover', 4)], 5), 'left');
  });

  it('obeys a late correction by its date, not by its arrival', () => {
    const leaver = fact('leaver', 10, { occurredAtMs: june(2) });
    const rejoined = fact('joiner', 5, { occurredAtMs: june(8) });
    assert.equal(stateOn([fact('joiner', 1), leaver, rejoined], 11), 'left');
  });
});

describe('a return date', () => {
  const returning = (day: number, over: Partial<PersonFact> = {}) =>
    fact('suspension', 3, { returnAt: { atMs: june(day) }, ...over });

  it('ends the suspension by itself', () => {
    const facts = [fact('joiner', 1), returning(8)];
    assert.deepEqual(
      [4, 7, 8].map((day) => stateOn(facts, day)),
      ['suspended', 'suspended', 'active'],
    );
  });

  it('lapses when somebody leaves before it, and holds when they leave after it', () => {
    const joined = [fact('joiner', 1), returning(8)];
    assert.equal(stateOn([...joined, fact('leaver', 5)], 9), 'left');
    assert.equal(stateOn([...joined, fact('leaver', 12)], 9), 'active');
    assert.equal(stateOn([...joined, fact('leaver', 12)], 12), 'left');
  });

  it('lapses whichever of the two was said first', () => {
    const saidFirst = fact('leaver', 5, { occurredAtMs: june(1) });
    assert.equal(stateOn([fact('joiner', 1), returning(8, { occurredAtMs: june(2) }), saidFirst], 9), 'left');
  });

  it('lapses when the state is said anew on the very day', () => {
    assert.equal(stateOn([fact('joiner', 1), returning(8), fact('suspension', 8)], 9), 'suspended');
  });

  it('that lies before the suspension ends it at once', () => {
    assert.equal(stateOn([fact('joiner', 1), returning(2)], 3), 'active');
  });
});

describe('profile fields', () => {
  it('are folded one by one: the latest word on each', () => {
    const facts = [
      fact('joiner', 1, { fields: { email: 'ada@corp.example', surname: 'Byron' } }),
      fact('mover', 5, { fields: { surname: 'Lovelace' } }),
      fact('mover', 3, { fields: { email: 'ada.b@corp.example', surname: 'King' } }),
    ];
    const { email, surname, givenName } = at(facts, june(6));
    assert.deepEqual(
      { email, surname, givenName },
      { email: 'ada.b@corp.example', surname: 'Lovelace', givenName: null },
    );
  });
});

describe('groups', () => {
  const membership = (day: number, member: boolean) =>
    fact('membership', day, { source: 'directory', membership: { group: 'Sales', member } });
  const named = (day: number, ...groups: string[]) => fact('mover', day, { groups });
  const groupsOn = (day: number, ...facts: PersonFact[]) => at(facts, june(day)).groups;

  it('named by an event replace what events gave', () => {
    assert.deepEqual(groupsOn(9, named(1, 'Sales', 'Legal'), named(2, 'Legal', 'Engineering')), [
      'Engineering',
      'Legal',
    ]);
  });

  it('given by the directory are not taken away by an event', () => {
    assert.deepEqual(groupsOn(9, membership(1, true), named(2)), ['Sales']);
    assert.deepEqual(groupsOn(9, membership(1, true), named(2, 'Sales'), named(3)), ['Sales']);
  });

  it('are taken away by the directory, whoever gave them', () => {
    assert.deepEqual(groupsOn(9, named(1, 'Sales', 'Legal'), membership(2, false)), ['Legal']);
  });

  it('follow the later fact', () => {
    assert.deepEqual(groupsOn(9, named(3, 'Sales'), membership(2, false)), ['Sales']);
  });
});

describe('a named day', () => {
  const effective = (type: PersonFact['type'], date: string, zone?: string) => {
    const dated = fact(type, 1, {
      effective: { date },
      fields: zone === undefined ? {} : { timeZone: zone },
    });
    return new Date(effectiveAtMs({ fact: dated, facts: [dated] })).toISOString();
  };

  it('begins where the person works, and in UTC if nobody said where', () => {
    assert.equal(effective('joiner', '2026-12-01'), '2026-12-01T00:00:00.000Z');
    assert.equal(effective('joiner', '2026-12-01', 'America/New_York'), '2026-12-01T05:00:00.000Z');
    assert.equal(effective('joiner', '2026-12-01', 'Pacific/Kiritimati'), '2026-11-30T10:00:00.000Z');
  });

  it('is a whole one for a leaver, also when the clocks change', () => {
    assert.equal(effective('leaver', '2026-12-31', 'Europe/Berlin'), '2026-12-31T23:00:00.000Z');
    assert.equal(effective('leaver', '2026-03-29', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z');
    assert.equal(effective('leaver', '2026-10-25', 'Europe/Berlin'), '2026-10-25T23:00:00.000Z');
  });

  it('is decided by the zone said last, in whatever order it was heard', () => {
    const leaver = fact('leaver', 1, { effective: { date: '2026-06-20' } });
    const berlin = fact('mover', 2, { fields: { timeZone: 'Europe/Berlin' } });
    const newYork = fact('mover', 4, { fields: { timeZone: 'America/New_York' } });
    for (const facts of [
      [leaver, berlin, newYork],
      [newYork, berlin, leaver],
    ]) {
      const ms = effectiveAtMs({ fact: leaver, facts });
      assert.equal(new Date(ms).toISOString(), '2026-06-21T04:00:00.000Z');
    }
  });
});
