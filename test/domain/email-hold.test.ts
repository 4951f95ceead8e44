import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holdEndMs, lookAgainMs } from '../../src/domain/email-hold.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('the hold of an address', () => {
  it('is never shorter than promised, though Dropbox tells whole seconds only', () => {
    const removedMs = Date.UTC(2026, 10, 22, 9, 0, 0, 999);
    const readBackMs = Math.floor(removedMs / 1_000) * 1_000;
    const endMs = holdEndMs({ readBackMs, holdMs: 7 * DAY_MS });
    assert.ok(endMs - removedMs >= 7 * DAY_MS);
    assert.ok(endMs - removedMs <= 7 * DAY_MS + 1_000);
  });

  it('that is over by the clock only is looked at after a minute, then twice as late, then every hour', () => {
    const holdUntilMs = Date.UTC(2026, 10, 29);
    let nowMs = holdUntilMs;
    const pauses: number[] = [];
    for (let look = 0; look < 10; look += 1) {
      const nextMs = lookAgainMs({ nowMs, holdUntilMs, holdMs: 7 * DAY_MS });
      pauses.push((nextMs - nowMs) / MINUTE_MS);
      nowMs = nextMs;
    }
    assert.deepEqual(pauses, [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is looked at neither at once nor later than in an hour, however short it is', () => {
    const times = fc.tuple(
      fc.integer({ min: 0, max: 30 * DAY_MS }),
      fc.integer({ min: 1_000, max: 30 * DAY_MS }),
    );
    fc.assert(
      fc.property(times, ([passedMs, holdMs]) => {
        const pauseMs = lookAgainMs({ nowMs: passedMs, holdUntilMs: 0, holdMs }) - passedMs;
        assert.ok(pauseMs >= Math.min(holdMs, MINUTE_MS) && pauseMs <= HOUR_MS, `${pauseMs} ms`);
      }),
    );
  });
});
