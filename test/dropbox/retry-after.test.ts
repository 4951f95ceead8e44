import assert from 'node:assert/strict';
import { MAX_RETRY_AFTER_MS, retryAfterMs } from '../../src/dropbox/retry-after.ts';

const serverTime = new Date('2026-11-22T10:00:00Z');
const read = (header: string | undefined, body: unknown = '') =>
  retryAfterMs({
    headers: new Headers(header === undefined ? {} : { 'Retry-After': header }),
    body,
    serverTime,
  });

describe('retryAfterMs', () => {
  it('reads seconds from the header', () => {
    assert.equal(read('7'), 7_000);
    assert.equal(read('0'), 0);
    assert.equal(read(' 1.5 '), 1_500);
  });

  it('reads an HTTP date against the clock of the answer', () => {
    assert.equal(read('Sun, 22 Nov 2026 10:00:30 GMT'), 30_000);
    assert.equal(read('Sun, 22 Nov 2026 09:00:00 GMT'), 0);
  });

  it('trusts the header before the body', () => {
    assert.equal(read('3', { error: { retry_after: 9 } }), 3_000);
  });

  it('falls back to the body where the header is missing or unusable', () => {
    for (const header of [undefined, 'soon', '-5', '']) {
      assert.equal(
        read(header, { error: { reason: { '.tag': 'too_many_requests' }, retry_after: 9 } }),
        9_000,
      );
    }
  });

  it('says nothing where nothing usable was said', () => {
    for (const body of [
      '',
      'slow down',
      null,
      { error: {} },
      { error: { retry_after: -1 } },
      { error: { retry_after: '9' } },
    ]) {
      assert.equal(read('-5', body), undefined);
    }
  });

  it('believes no more than an hour', () => {
    assert.equal(read('99999999999'), MAX_RETRY_AFTER_MS);
    assert.equal(read(undefined, { error: { retry_after: 4_294_967_295 } }), MAX_RETRY_AFTER_MS);
    assert.equal(read('Wed, 22 Nov 2062 10:00:30 GMT'), MAX_RETRY_AFTER_MS);
  });
});
