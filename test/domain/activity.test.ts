import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  type AuditEvent,
  countUnknownTypes,
  dormancy,
  latestSigns,
  type SignOfLife,
  signOfLife,
} from '../../src/domain/activity.ts';
import { AUDIT_EVENT_TYPES, isKnownType, SIGNS } from '../../src/domain/audit-event-types.ts';

const ADA = 'dbmid:ada';
const GRACE = 'dbmid:grace';
const at = new Date('2026-11-22T12:00:00Z');

const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  type: 'file_edit',
  at,
  actor: { kind: 'user', teamMemberId: ADA },
  accessMethod: 'end_user',
  contextMemberId: ADA,
  ...more,
});

const by = (kind: string, teamMemberId: string | null = ADA) => ({ actor: { kind, teamMemberId } });

describe('which audit event is a sign of life', () => {
  it('one that the person brought about in a session of their own', () => {
    assert.deepEqual(signOfLife(event()), { teamMemberId: ADA, at, source: 'audit_log/file_edit' });
    for (const type of ['login_success', 'device_link_success', 'password_change', 'tfa_add_security_key']) {
      assert.equal(signOfLife(event({ type }))?.source, `audit_log/${type}`);
    }
  });

  it('one of an admin in any console, for themselves', () => {
    for (const accessMethod of ['end_user', 'admin_console', 'content_manager', 'enterprise_console']) {
      assert.ok(signOfLife(event({ ...by('admin'), accessMethod })));
    }
    assert.ok(signOfLife(event({ ...by('admin'), contextMemberId: null })));
  });

  it('one of an old log that lacks the session', () => {
    assert.ok(signOfLife(event({ accessMethod: null, contextMemberId: null })));
  });

  const nobodys: [string, Partial<AuditEvent>][] = [
    ['by an admin signed in as the person', { accessMethod: 'sign_in_as' }],
    ['through an app', { accessMethod: 'api' }],
    ['in a session of a kind that nobody has told us about', { accessMethod: 'hologram' }],
    ['by an app', by('app', null)],
    ['by Dropbox itself', by('dropbox', null)],
    ['by somebody anonymous', by('anonymous', null)],
    ['by a reseller', by('reseller', null)],
    ['by a guest', by('user', null)],
    ['by nobody that the log knows', { actor: null }],
    ['at no time that the log knows', { at: null }],
    ['by an admin for somebody else', { ...by('admin'), contextMemberId: GRACE }],
    ['by an admin who resets a password', { ...by('admin'), type: 'password_reset', contextMemberId: null }],
    ['of a type that nobody has told us about', { type: 'hologram_viewed' }],
    ...[
      'login_fail',
      'logout',
      'sign_in_as_session_start',
      'device_change_ip_desktop',
      'device_change_ip_web',
      'device_link_fail',
      'emm_refresh_auth_token',
      'file_add_from_automation',
      'member_change_status',
      'shared_link_default_permissions_policy_changed',
    ].map((type): [string, Partial<AuditEvent>] => [type, { type }]),
  ];
  for (const [what, more] of nobodys)
    it(`not one ${what}`, () => assert.equal(signOfLife(event(more)), null));

  it('is the sign of the actor, never of whom it concerns', () => {
    assert.equal(signOfLife(event({ contextMemberId: GRACE }))?.teamMemberId, ADA);
  });
});

describe('the types of audit events', () => {
  it('are each in one place', () => {
    const all = Object.values(AUDIT_EVENT_TYPES).flatMap(({ signs, others }) =>
      `${signs} ${others}`.split(/\s+/).filter(Boolean),
    );
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.every(isKnownType));
    assert.ok(['members', 'team_policies', 'groups'].every((name) => AUDIT_EVENT_TYPES[name]?.signs === ''));
  });

  it('are those of the specification', function () {
    const specification = new URL('../../../shared/dropbox/event-types.json', import.meta.url);
    if (!existsSync(specification)) return this.skip();
    const ours = Object.fromEntries(
      Object.entries(AUDIT_EVENT_TYPES).map(([category, { signs, others }]) => [
        category,
        `${signs} ${others}`.split(/\s+/).filter(Boolean).sort(),
      ]),
    );
    const theirs = JSON.parse(readFileSync(specification, 'utf8')) as Record<string, string[]>;
    for (const types of Object.values(theirs)) types.sort();
    assert.deepEqual(ours, theirs);
  });

  it('that are unknown are counted', () => {
    const types = ['hologram_viewed', 'login_success', 'login_fail', 'hologram_viewed', 'constructor'];
    assert.deepEqual(countUnknownTypes(types.map((type) => event({ type }))), {
      hologram_viewed: 2,
      constructor: 1,
    });
    assert.ok(SIGNS.has('login_success'));
  });
});

const signs = fc.array(
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom<SignOfLife['source'][]>(
        'audit_log/login_success',
        'audit_log/file_edit',
        'device_session/web',
      ),
    )
    .map(([teamMemberId, ms, source]): SignOfLife => ({ teamMemberId, at: new Date(ms), source })),
);

describe('the latest sign of each member', () => {
  const asObject = (events: SignOfLife[]) =>
    Object.fromEntries([...latestSigns(events)].sort(([a], [b]) => (a < b ? -1 : 1)));

  it('does not depend on the order of arrival, nor on repetition', () => {
    fc.assert(
      fc.property(
        signs.chain((some) =>
          fc.tuple(
            fc.constant(some),
            fc.shuffledSubarray([...some, ...some], { minLength: 2 * some.length }),
          ),
        ),
        ([some, again]) => assert.deepEqual(asObject(again), asObject(some)),
      ),
    );
  });

  it('is never older than any of theirs', () => {
    fc.assert(
      fc.property(signs, (some) =>
        some.every((sign) => (latestSigns(some).get(sign.teamMemberId)?.at ?? 0) >= sign.at),
      ),
    );
  });
});

describe('a dormant member', () => {
  const DAY_MS = 86_400_000;
  const daysAgo = (days: number) => new Date(at.getTime() - days * DAY_MS);
  const judged = (more: Partial<Parameters<typeof dormancy>[0]> = {}, log: object = {}) =>
    dormancy({
      status: 'active',
      joinedAt: daysAgo(400),
      lastActivityAt: daysAgo(61),
      dormantAfterMs: 60 * DAY_MS,
      now: at,
      log: {
        coveredFrom: daysAgo(60),
        coveredThrough: daysAgo(1),
        hasFileEvents: true,
        isTroubled: false,
        ...log,
      },
      ...more,
    });

  it('was last active before the threshold, in a log without a gap', () => {
    assert.equal(judged(), true);
    assert.equal(judged({ lastActivityAt: null }), true);
    assert.equal(judged({ joinedAt: null }), true);
  });

  it('is not who was active or joined since, whatever the log lacks', () => {
    for (const log of [null, undefined]) {
      const more = log === null ? { log } : {};
      assert.equal(judged({ lastActivityAt: daysAgo(60), ...more }), false);
      assert.equal(judged({ lastActivityAt: null, joinedAt: daysAgo(1), ...more }), false);
      assert.equal(judged({ joinedAt: daysAgo(1), ...more }), false);
    }
  });

  it('is not known without a whole log', () => {
    assert.equal(judged({ log: null }), null);
    assert.equal(judged({}, { coveredFrom: daysAgo(59) }), null);
    assert.equal(judged({}, { coveredFrom: null }), null);
    assert.equal(judged({}, { coveredThrough: null }), null);
    assert.equal(judged({}, { coveredThrough: daysAgo(3) }), null);
    assert.equal(judged({}, { hasFileEvents: false }), null);
    assert.equal(judged({}, { hasFileEvents: null }), null);
    assert.equal(judged({}, { isTroubled: true }), null);
    assert.equal(judged({ lastActivityAt: null, joinedAt: null }), null);
  });

  it('is an active one', () => {
    for (const status of ['invited', 'suspended', 'removed', 'unknown']) {
      assert.equal(judged({ status }), null);
      assert.equal(judged({ status, lastActivityAt: at }), null);
    }
  });

  it('is judged by the clock of Dropbox where that is ahead', () => {
    const log = { coveredFrom: daysAgo(60), coveredThrough: daysAgo(-61) };
    assert.equal(judged({ lastActivityAt: daysAgo(0) }, log), true);
  });
});
