import assert from 'node:assert/strict';
import type { Desired } from '../../src/domain/plan.ts';
import type { MemberStatus } from '../../src/domain/seat.ts';
import { licenceChanges } from '../../src/read-model/licence-forecast.ts';

const NOW = Date.parse('2026-11-22T09:00:00Z');
const DAY_MS = 86_400_000;
const ON = { provision: true, suspend: true, deprovision: true };

/** `day` counts from now; what each day brings. */
function changes({
  plan,
  is = null,
  adopts = false,
  blocked = false,
  enabled = {},
}: {
  plan: [day: number, desired: Desired][];
  is?: MemberStatus | null;
  adopts?: boolean;
  blocked?: boolean;
  enabled?: Partial<typeof ON>;
}): [day: number, change: number][] {
  const steps = plan.map(([day, desired]) => ({
    at: new Date(NOW + day * DAY_MS).toISOString(),
    desired,
    profileRevision: desired === 'none' ? null : 1,
    cause: null,
  }));
  const seat = { steps, memberStatus: is, adopts, blocked };
  return licenceChanges({ seat, enabled: { ...ON, ...enabled }, nowMs: NOW }).map(({ atMs, change }) => [
    (atMs - NOW) / DAY_MS,
    change,
  ]);
}

describe('what a seat does to the number of licences used', () => {
  it('takes one on the day of joining and gives it back on the day of leaving', () => {
    const plan: [number, Desired][] = [
      [-9, 'none'],
      [5, 'member'],
      [30, 'none'],
    ];
    assert.deepEqual(changes({ plan }), [
      [5, 1],
      [30, -1],
    ]);
  });

  it('takes none where the licence is used already', () => {
    assert.deepEqual(changes({ plan: [[-9, 'member']], is: 'active' }), []);
    assert.deepEqual(changes({ plan: [[5, 'member']], adopts: true }), []);
    const leaves: [number, Desired][] = [
      [-9, 'member'],
      [5, 'none'],
    ];
    assert.deepEqual(changes({ plan: leaves, adopts: true }), [[5, -1]]);
  });

  it('keeps it through a suspension, save for an invitation, which is cancelled', () => {
    const plan: [number, Desired][] = [
      [-9, 'member'],
      [5, 'suspended'],
      [10, 'member'],
    ];
    assert.deepEqual(changes({ plan, is: 'active' }), []);
    assert.deepEqual(changes({ plan, is: 'invited' }), [
      [5, -1],
      [10, 1],
    ]);
    assert.deepEqual(changes({ plan: [[5, 'suspended']] }), []);
  });

  it('counts what is due and not done, unless a person has to decide first', () => {
    assert.deepEqual(changes({ plan: [[-1, 'member']] }), [[0, 1]]);
    assert.deepEqual(changes({ plan: [[-1, 'none']], is: 'active' }), [[0, -1]]);
    assert.deepEqual(changes({ plan: [[-1, 'none']], is: 'active', blocked: true }), []);
    const later: [number, Desired][] = [
      [-1, 'member'],
      [9, 'none'],
    ];
    assert.deepEqual(changes({ plan: later, is: 'active', blocked: true }), [[9, -1]]);
  });

  it('expects nothing of actions that are switched off', () => {
    assert.deepEqual(changes({ plan: [[5, 'member']], enabled: { provision: false } }), []);
    assert.deepEqual(changes({ plan: [[5, 'none']], is: 'active', enabled: { deprovision: false } }), []);
    assert.deepEqual(changes({ plan: [[5, 'suspended']], is: 'invited', enabled: { suspend: false } }), []);
  });
});
