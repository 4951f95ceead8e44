import assert from 'node:assert/strict';
import { activityProblem } from '../../src/domain/activity-problem.ts';
import { FAILURES } from '../../src/domain/failures.ts';

describe('the words for activity that is not known', () => {
  for (const code of [...Object.keys(FAILURES), 'log_interrupted', 'log_endless', 'internal']) {
    it(`say what is wrong and what to do (${code})`, () => {
      const problem = activityProblem({ code });
      assert.equal(problem.code, code);
      assert.match(problem.detail, /^[A-Z].*\. Until it is read, nobody is called dormant\.$/);
      assert.match(problem.nextStep, /^[A-Z].*[.)]$/);
    });
  }

  it('call what nobody foresaw a failure of ours', () => {
    assert.equal(activityProblem({ code: 'constructor' }).code, 'internal');
  });
});
