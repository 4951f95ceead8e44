import assert from 'node:assert/strict';
import { actionSummary, outcomeSummary } from '../../src/read-model/timeline-words.ts';

describe('the words of a transfer', () => {
  it('say to whom by kind, never by name', () => {
    const data = { intent: 1, action: 'transfer', profileRevision: null } as const;
    const said = (to: string): string =>
      actionSummary({ data: { ...data, choices: { to, receiver: 'dbmid:x' } }, connection: 'corp' });
    assert.equal(said('manager'), 'Transfers the files to the manager (corp).');
    assert.equal(said('person'), 'Transfers the files to the person named in the settings (corp).');
    const outcome = { intent: 1, action: 'transfer', outcome: 'applied' } as const;
    assert.match(outcomeSummary({ data: outcome, connection: 'corp' }), /^Transferred the files \(corp\)/);
  });
});
