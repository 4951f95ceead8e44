/**
 * One reading of the audit log: from a time on to the end, page by page. Its events come unsorted, up to a day late, and
 * its cursor may be dropped midway.
 */

/** Events reach the log within a day (Dropbox's help page on activity), so every reading begins a day early. */
export const OVERLAP_MS = 24 * 3_600_000;

/** As it is kept between two pages; times are RFC 3339. */
export type LogReading = {
  /** It is to cover what happened from here on. */
  from: string;
  /** From where its first page is asked for; later than `from` after the cursor was dropped midway. */
  askFrom: string;
  /** Dropbox's clock when the first page was asked for: what happened until then is in it, or comes a day later at most. */
  startedAt: string;
  /** Of the events so far; null before the first. */
  latestAt: string | null;
  /** How far an event lay behind one that came before it, at most. */
  disorderMs: number;
};

/** @param now Dropbox's clock */
export function newReading({ from, now }: { from: Date; now: Date }): LogReading {
  const start = from.toISOString();
  return { from: start, askFrom: start, startedAt: now.toISOString(), latestAt: null, disorderMs: 0 };
}

/** What the events of a page add to it, in the order in which they came. */
export function readOn(reading: LogReading, times: readonly Date[]): LogReading {
  let { disorderMs } = reading;
  let latestMs = reading.latestAt === null ? -Infinity : Date.parse(reading.latestAt);
  for (const at of times) {
    disorderMs = Math.max(disorderMs, latestMs - at.getTime());
    latestMs = Math.max(latestMs, at.getTime());
  }
  const latestAt = latestMs === -Infinity ? null : new Date(latestMs).toISOString();
  return { ...reading, latestAt, disorderMs };
}

/** Where a reading begins that is to leave no gap: far enough back for the threshold, or where the last one ended. */
export function readingFrom({
  coveredThrough,
  dormantAfterMs,
  now,
}: {
  /** Null when nothing was read, or when it must be read anew. */
  coveredThrough: Date | null;
  dormantAfterMs: number;
  now: Date;
}): Date {
  const since = coveredThrough?.getTime() ?? now.getTime() - dormantAfterMs;
  return new Date(Math.min(since, now.getTime()) - OVERLAP_MS);
}

/**
 * The reading after Dropbox has dropped its cursor. It goes on a day before the latest event that was read, or, where the
 * log is less in order than that, from its beginning.
 *
 * @param resetAt what Dropbox says the latest event was, if it says so
 */
export function resumed({ reading, resetAt }: { reading: LogReading; resetAt: Date | null }): LogReading {
  const { from, latestAt, disorderMs } = reading;
  if (latestAt === null || disorderMs > OVERLAP_MS) return { ...reading, askFrom: from, latestAt: null };
  const latestMs = Math.min(Date.parse(latestAt), resetAt?.getTime() ?? Infinity);
  const askFrom = new Date(Math.max(Date.parse(from), latestMs - OVERLAP_MS)).toISOString();
  // What comes before it is read; should the cursor be dropped again at once, that is all that is known.
  return { ...reading, askFrom, latestAt: askFrom };
}
