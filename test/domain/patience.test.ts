import assert from 'node:assert/strict';
import { jobDelayMs, unreadableDelayMs } from '../../src/domain/patience.ts';

const delays = (delayMs: (input: { attempt: number }) => number): number[] =>
  Array.from({ length: 200 }, (_, index) => delayMs({ attempt: index + 1 }));

describe('patience', () => {
  it('looks at a job soon, and at most once a minute when it has not ended after ten minutes', () => {
    const all = delays(jobDelayMs);
    assert.deepEqual(all.slice(0, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    let passedMs = 0;
    for (const delayMs of all) {
      if (passedMs > 10 * 60_000) assert.equal(delayMs, 60_000);
      passedMs += delayMs;
    }
  });

  it('asks again soon after an answer that cannot be read, and once a minute when they all are', () => {
    const all = delays(unreadableDelayMs);
    assert.deepEqual(all.slice(0, 4), [500, 1_000, 2_000, 4_000]);
    assert.ok(all.every((delayMs, index) => delayMs >= (all[index - 1] ?? 0)));
    assert.deepEqual(new Set(all.slice(7)), new Set([60_000]));
  });
});
