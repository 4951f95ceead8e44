/** Days become instants here: a date in HR's file means a day where the person works. */

/** Whether the runtime knows this IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const DAY_MS = 86_400_000;

/** Milliseconds that local time in the zone is ahead of UTC at this instant. */
function offsetMs({ instantMs, timeZone }: { instantMs: number; timeZone: string }): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instantMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((p) => p.type === type)?.value ?? 0);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(instantMs / 1000) * 1000;
}

/** First instant of a local day. Where the clocks skip midnight, the first instant after the gap. */
function startOfDayMs({ date, timeZone }: { date: string; timeZone: string }): number {
  const midnightAsUtc = Date.parse(`${date}T00:00:00Z`);
  // The zone's offset on either side bounds the answer; the earliest instant whose local date fits is it.
  const offsets = [midnightAsUtc - DAY_MS, midnightAsUtc + DAY_MS].map((instantMs) =>
    offsetMs({ instantMs, timeZone }),
  );
  const candidates = offsets.map((offset) => midnightAsUtc - offset).sort((a, b) => a - b);
  const fits = candidates.find(
    (candidate) => candidate + offsetMs({ instantMs: candidate, timeZone }) >= midnightAsUtc,
  );
  return fits ?? (candidates.at(-1) as number);
}

/**
 * @param edge `start` of the day; `end` is the first instant of the next one, so that a leaver keeps the whole day.
 * @returns milliseconds since the epoch
 */
export function dayEdgeMs({
  date,
  timeZone,
  edge,
}: {
  date: string;
  timeZone: string;
  edge: 'start' | 'end';
}): number {
  if (edge === 'start') return startOfDayMs({ date, timeZone });
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return startOfDayMs({ date: next, timeZone });
}
