import assert from 'node:assert/strict';
import { slugOf, unusedSlug } from '../../src/commands/slug.ts';

describe('the slug of a connection', () => {
  it('is made of what the name has of letters and digits', () => {
    assert.equal(slugOf('Corp Dropbox'), 'corp-dropbox');
    assert.equal(slugOf('  Köln & Łódź (EU) '), 'koln-odz-eu');
    assert.equal(slugOf('con_123'), 'con-123');
    assert.equal(slugOf('株式会社'), 'team');
    assert.equal(slugOf(`${'a'.repeat(59)}-${'b'.repeat(20)}`), 'a'.repeat(59));
  });

  it('gets the first number that nobody has', () => {
    assert.equal(unusedSlug({ slug: 'corp', used: new Set(['corp-2']) }), 'corp');
    assert.equal(unusedSlug({ slug: 'corp', used: new Set(['corp', 'corp-2', 'corp-4']) }), 'corp-3');
  });
});
