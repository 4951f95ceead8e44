import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newReading, OVERLAP_MS, readingFrom, readOn, resumed } from '../../src/domain/log-reading.ts';

const HOUR_MS = 3_600_000;
const start = Date.parse('2026-09-01T00:00:00Z');
const hour = (hours: number) => new Date(start + hours * HOUR_MS);
const fresh = newReading({ from: hour(0), now: hour(999) });
const resumeFrom = (input: Parameters<typeof resumed>[0]) => new Date(resumed(input).askFrom);

describe('a reading of the audit log', () => {
  it('begins a day before the threshold at first, and a day before the last one began after that', () => {
    const now = hour(2_000);
    const dormantAfterMs = 100 * HOUR_MS;
    assert.deepEqual(readingFrom({ coveredThrough: null, dormantAfterMs, now }), hour(2_000 - 100 - 24));
    assert.deepEqual(readingFrom({ coveredThrough: hour(1_990), dormantAfterMs, now }), hour(1_966));
  });

  it('begins before now by a clock that was set back', () => {
    const from = readingFrom({ coveredThrough: hour(50), dormantAfterMs: 1, now: hour(30) });
    assert.deepEqual(from, hour(6));
  });

  it('goes on a day before the latest event when the cursor was dropped', () => {
    const reading = readOn(fresh, [hour(70), hour(90), hour(80)]);
    assert.deepEqual(resumeFrom({ reading, resetAt: null }), hour(66));
    assert.deepEqual(resumeFrom({ reading, resetAt: hour(99) }), hour(66));
    assert.deepEqual(resumeFrom({ reading, resetAt: hour(60) }), hour(36));
    assert.deepEqual(resumeFrom({ reading, resetAt: hour(-99) }), hour(0));
  });

  it('goes back a day further when the cursor is dropped again at once', () => {
    const once = resumed({ reading: readOn(fresh, [hour(90)]), resetAt: null });
    assert.deepEqual([once.from, once.askFrom], [fresh.from, hour(66).toISOString()]);
    assert.deepEqual(resumeFrom({ reading: once, resetAt: null }), hour(42));
  });

  it('starts over when nothing was read yet, or when a day is not enough for its disorder', () => {
    assert.deepEqual(resumeFrom({ reading: fresh, resetAt: hour(90) }), hour(0));
    const reading = readOn(readOn(fresh, [hour(90)]), [hour(65), hour(95)]);
    assert.equal(reading.disorderMs, 25 * HOUR_MS);
    assert.deepEqual(resumeFrom({ reading, resetAt: hour(90) }), hour(0));
  });

  it('misses nothing when it is resumed, in whatever order the events come', () => {
    const arrivals = fc.array(
      fc.record({ happened: fc.integer({ min: 0, max: 500 }), late: fc.integer({ min: 0, max: 24 }) }),
    );
    fc.assert(
      fc.property(arrivals, fc.nat(), (events, cut) => {
        const log = events
          .map(({ happened, late }) => ({ happened, arrived: happened + late }))
          .sort((a, b) => a.arrived - b.arrived);
        const read = log.slice(0, cut % (log.length + 1));
        const reading = readOn(
          fresh,
          read.map(({ happened }) => hour(happened)),
        );
        const from = resumeFrom({ reading, resetAt: null });
        assert.ok(log.slice(read.length).every(({ happened }) => hour(happened) >= from));
        assert.equal(OVERLAP_MS, 24 * HOUR_MS);
      }),
    );
  });
});
