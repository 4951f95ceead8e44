import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dayEdgeMs, isTimeZone } from '../../src/domain/time-zone.ts';
import { DAY_MS, isoDate, ZONES } from './facts.ts';

const start = (date: string, timeZone: string) => dayEdgeMs({ date, timeZone, edge: 'start' });

describe('the edge of a day', () => {
  it('is the first instant whose local date is that day, or the one after a skipped midnight', () => {
    const TABLE: [zone: string, date: string, expected: string][] = [
      ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
      ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
      // Midnight was skipped: the day began at one o'clock.
      ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
      // 23:00 to 24:00 came twice: the day began after the second time.
      ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00:00.000Z'],
      // Midnight came twice: the day began at the first.
      ['America/Havana', '2024-11-03', '2024-11-03T04:00:00.000Z'],
      // A day that the island skipped altogether.
      ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ];
    for (const [zone, date, expected] of TABLE) {
      assert.equal(new Date(start(date, zone)).toISOString(), expected, `${zone} ${date}`);
    }
  });

  it('agrees with a search through the clock, zone by zone', () => {
    const day = fc.integer({ min: 0, max: 365 * 40 }).map((n) => isoDate(Date.UTC(1996, 0, 1) + n * DAY_MS));
    fc.assert(
      fc.property(day, fc.constantFrom(...ZONES), (date, timeZone) => {
        const localDate = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
        const edgeMs = start(date, timeZone);
        assert.ok(localDate.format(edgeMs) >= date, 'the day has begun');
        assert.ok(localDate.format(edgeMs - 1) < date, 'a moment before it had not');
      }),
      { numRuns: 500 },
    );
  });

  it('ends a day where the next one begins', () => {
    assert.equal(
      dayEdgeMs({ date: '2026-12-31', timeZone: 'Asia/Kathmandu', edge: 'end' }),
      start('2027-01-01', 'Asia/Kathmandu'),
    );
  });
});

describe('a time zone', () => {
  it('is known by its IANA name only', () => {
    assert.equal(isTimeZone('Europe/Berlin'), true);
    assert.equal(isTimeZone('Middle-earth/Shire'), false);
  });
});
