import assert from 'node:assert/strict';
import { FAILURES } from '../../src/domain/failures.ts';
import { mayPass, syncProblem } from '../../src/domain/sync-problem.ts';

const OWN = ['listing_empty', 'listing_incomplete', 'sync_interrupted', 'connection_paused', 'internal'];

describe('the words for a sync that failed', () => {
  for (const code of [...Object.keys(FAILURES), ...OWN]) {
    it(`say what is wrong and what to do (${code})`, () => {
      const problem = syncProblem({ code });
      assert.equal(problem.code, code);
      assert.match(problem.detail, /^[A-Z].*\. Nothing was changed\.$/);
      assert.match(problem.nextStep, /^[A-Z].*[.)]$/);
    });
  }

  it('name the scope that is missing, and the refusal', () => {
    assert.match(
      syncProblem({ code: 'scope_missing', tag: 'members.read' }).detail,
      /needs \(members\.read\)\./,
    );
    assert.match(syncProblem({ code: 'dropbox_refused', tag: 'other' }).detail, /\(other\)\./);
    assert.doesNotMatch(syncProblem({ code: 'grant_revoked', tag: 'invalid_grant' }).detail, /invalid_grant/);
  });

  it('ask nobody to act while the run goes on trying', () => {
    assert.match(syncProblem({ code: 'dropbox_unavailable', isTrying: true }).nextStep, /^Nothing yet/);
  });

  it('do not claim that nothing changed when a complete listing was taken over', () => {
    const { detail } = syncProblem({ code: 'dropbox_unreachable', isCompared: true });
    assert.doesNotMatch(detail, /Nothing was changed/);
    assert.match(detail, /complete/);
  });

  it('call what nobody knows a failure of ours', () => {
    assert.equal(syncProblem({ code: 'TypeError' }).code, 'internal');
  });

  it('know what may pass by itself', () => {
    assert.deepEqual(
      ['dropbox_unavailable', 'internal', 'grant_revoked', 'listing_empty', 'toString'].map(mayPass),
      [true, true, false, false, false],
    );
  });
});
