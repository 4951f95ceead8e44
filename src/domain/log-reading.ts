/**
 * One reading of the audit log: from a time on to the end, page by page. Its events come unsorted, up to a day late, and
 * its cursor may be dropped midway.
 */

/** Events reach the log within a day (Dropbox's help page on activity), so every reading begins a day early. */
export const OVERLAP_MS = 24 * 3_600_000;

/** As it is kept between two pages; times are RFC 3339. */
export type LogReading = {
  /** Asked for events from here on. */
  from: string;
  /** Dropbox's clock when the first page was asked for: what happened until then is in it, or comes a day later at most. */
  startedAt: string;
  /** Of the events so far; null before the first. */
  latestAt: string | null;
  /** How far an event lay behind one that came before it, at most. */
  disorderMs: number;
};

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
 * Where to go on when Dropbox has dropped the cursor: a day before the latest event that was read, or, if this log is
 * less in order than that, from the beginning of the reading.
 *
 * @param resetAt what Dropbox says the latest event was, if it says so
 */
export function resumeFrom({ reading, resetAt }: { reading: LogReading; resetAt: Date | null }): Date {
  const from = new Date(reading.from);
  if (reading.latestAt === null || reading.disorderMs > OVERLAP_MS) return from;
  const latestMs = Math.min(Date.parse(reading.latestAt), resetAt?.getTime() ?? Infinity);
  return new Date(Math.max(from.getTime(), latestMs - OVERLAP_MS));
}
