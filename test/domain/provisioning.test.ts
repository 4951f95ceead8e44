import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dropboxName, provisioningStep, type SeenMember } from '../../src/domain/provisioning.ts';

const member = (over: Partial<SeenMember> = {}): SeenMember => ({
  teamMemberId: 'dbmid:1',
  email: 'ada@corp.example',
  status: 'active',
  ...over,
});

const stepOf = ({
  own = null,
  byEmail = null,
  recoverOnReturn = true,
}: {
  own?: SeenMember | null;
  byEmail?: SeenMember | null;
  recoverOnReturn?: boolean;
}): string => {
  const step = provisioningStep({ personId: 'E1', own, byEmail, recoverOnReturn });
  return step.do === 'flag' ? `flag ${step.code}` : step.do;
};

const removed = (over: Partial<SeenMember> = {}) => member({ status: 'removed', recoverable: true, ...over });

describe('how somebody becomes a member', () => {
  it('is by an invitation only when nobody is there', () => {
    assert.equal(stepOf({}), 'add');
    assert.equal(stepOf({ own: removed({ recoverable: false }) }), 'add');
    assert.equal(stepOf({ byEmail: removed({ externalId: 'E2', recoverable: false }) }), 'add');
  });

  it('is by taking over the member that is there, never by a second invitation', () => {
    for (const status of ['invited', 'active', 'suspended'] as const) {
      assert.equal(stepOf({ byEmail: member({ status }) }), 'adopt');
      assert.equal(stepOf({ byEmail: member({ status, externalId: 'E1' }) }), 'accept');
      assert.equal(stepOf({ own: member({ status, externalId: 'E1' }) }), 'accept');
    }
  });

  it('never overwrites the external id of somebody else', () => {
    assert.equal(stepOf({ byEmail: member({ externalId: 'E2' }) }), 'flag former_identity');
    assert.equal(stepOf({ own: member({ externalId: 'E2' }) }), 'flag former_identity');
  });

  it('is by recovery for the same person, if the settings let it', () => {
    assert.equal(stepOf({ own: removed() }), 'recover');
    assert.equal(stepOf({ byEmail: removed({ externalId: 'E1' }) }), 'recover');
    assert.equal(stepOf({ own: removed(), recoverOnReturn: false }), 'wait');
  });

  it("waits while somebody else's former account keeps the address", () => {
    assert.equal(stepOf({ byEmail: removed({ externalId: 'E2' }) }), 'wait');
    assert.equal(stepOf({ byEmail: removed() }), 'wait');
  });

  it('concludes nothing from a status that nobody knows', () => {
    assert.equal(stepOf({ own: member({ status: 'unknown', externalId: 'E1' }) }), 'flag drift');
    assert.equal(stepOf({ byEmail: member({ status: 'unknown' }) }), 'flag drift');
  });

  it('never adds beside a member or a recoverable account, and never touches a foreign one', () => {
    const seen = fc.option(
      fc.record({
        teamMemberId: fc.constantFrom('dbmid:1', 'dbmid:2'),
        email: fc.constant('ada@corp.example'),
        externalId: fc.constantFrom('E1', 'E2', undefined),
        status: fc.constantFrom('invited', 'active', 'suspended', 'removed', 'unknown'),
        recoverable: fc.boolean(),
      }),
      { nil: null },
    );
    fc.assert(
      fc.property(seen, seen, fc.boolean(), (own, byEmail, recoverOnReturn) => {
        const step = provisioningStep({ personId: 'E1', own, byEmail, recoverOnReturn });
        const isGone = (seenMember: typeof own) =>
          seenMember === null || (seenMember.status === 'removed' && !seenMember.recoverable);
        if (step.do === 'add') assert.ok(isGone(own) && isGone(byEmail));
        if (step.do === 'accept') assert.equal(step.member.externalId, 'E1');
        if (step.do === 'adopt') assert.equal(step.member.externalId, undefined);
        if (step.do === 'recover') assert.ok(recoverOnReturn && step.member.status === 'removed');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a name for Dropbox', () => {
  it('has none of the signs that Dropbox refuses, and at most 50 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
        const cleaned = dropboxName(name);
        if (cleaned === undefined) return;
        assert.ok([...cleaned].length <= 50 && cleaned === cleaned.trim() && cleaned !== '');
        assert.doesNotMatch(cleaned, /[/:?*<>"|]/);
      }),
    );
    assert.equal(dropboxName('Ada  (née *Byron*) Lovelace'), 'Ada (née Byron ) Lovelace');
    assert.equal(dropboxName('***'), undefined);
    assert.equal(dropboxName(null), undefined);
  });
});
