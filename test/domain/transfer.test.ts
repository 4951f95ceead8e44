import assert from 'node:assert/strict';
import { canReceive, hasFiles, isTransferAsked, stays } from '../../src/domain/transfer.ts';
import { HOUR_MS, NOW_MS, planOf } from './lifecycles.ts';

describe('a transfer of files', () => {
  const asked = (over: Partial<Parameters<typeof isTransferAsked>[0]> = {}): boolean =>
    isTransferAsked({
      plan: planOf(['none', NOW_MS - HOUR_MS]),
      deprovision: { enabled: true, transferTo: 'manager' },
      nowMs: NOW_MS,
      ...over,
    });

  it('is asked for by the settings, of people who are to have no seat', () => {
    assert.ok(asked());
    assert.ok(asked({ deprovision: { enabled: true, transferTo: { email: 'x@corp.example' } } }));
    assert.ok(!asked({ deprovision: { enabled: true, transferTo: 'none' } }));
    assert.ok(!asked({ deprovision: { enabled: false, transferTo: 'manager' } }));
    for (const desired of ['member', 'suspended'] as const) {
      assert.ok(!asked({ plan: planOf([desired, NOW_MS - HOUR_MS]) }));
    }
  });

  it('is no longer asked for from the very moment of a return that was known before', () => {
    const plan = planOf(['none', NOW_MS - HOUR_MS], ['member', NOW_MS]);
    assert.ok(asked({ plan, nowMs: NOW_MS - 1 }));
    assert.ok(!asked({ plan }));
  });

  it('is about somebody who came and whose account did not go with them', () => {
    const joinedAt = new Date(NOW_MS);
    assert.ok(hasFiles({ joinedAt }));
    assert.ok(hasFiles({ recoverable: true }));
    assert.ok(!hasFiles({ recoverable: false }));
    assert.ok(!hasFiles({ joinedAt, disconnected: true }));
  });

  it('goes to an active member with a verified address who is not the leaver', () => {
    const able = { teamMemberId: 'dbmid:b', status: 'active', emailVerified: true };
    const can = (over: Partial<typeof able>): boolean =>
      canReceive({ candidate: { ...able, ...over }, leaverMemberId: 'dbmid:a' });
    assert.ok(can({}));
    for (const status of ['invited', 'suspended', 'removed', 'unknown']) assert.ok(!can({ status }), status);
    assert.ok(!can({ emailVerified: false }));
    assert.ok(!can({ teamMemberId: 'dbmid:a' }));
  });

  it('goes to nobody who is gone, or goes on any date that is known', () => {
    const member = planOf(['member', NOW_MS - HOUR_MS]);
    const leaves = planOf(['member', NOW_MS - HOUR_MS], ['none', NOW_MS + 1_000 * HOUR_MS]);
    const returned = planOf(['none', NOW_MS - 2 * HOUR_MS], ['member', NOW_MS - HOUR_MS]);
    assert.ok(stays({ seat: { state: 'active', plan: member }, nowMs: NOW_MS }));
    assert.ok(stays({ seat: { state: 'active', plan: returned }, nowMs: NOW_MS }));
    assert.ok(!stays({ seat: { state: 'active', plan: leaves }, nowMs: NOW_MS }));
    for (const state of ['deprovisioning', 'held', 'released'] as const) {
      assert.ok(!stays({ seat: { state, plan: member }, nowMs: NOW_MS }), state);
    }
  });
});
