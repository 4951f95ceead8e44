/** The hold of an address after a removal. All times by Dropbox's clock, in milliseconds since the epoch. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * @param readBackMs `Date` header of the answer that showed the removal: whole seconds, so the removal itself may be
 *   up to a second younger than it says
 */
export const holdEndMs = ({ readBackMs, holdMs }: { readBackMs: number; holdMs: number }): number =>
  readBackMs + 1_000 + holdMs;

/**
 * When to look again at a hold that is over by the clock while Dropbox can still recover the account: after a minute,
 * then after twice as long, up to an hour. Never longer than the hold itself, so that short holds stay short.
 */
export function lookAgainMs({
  nowMs,
  holdUntilMs,
  holdMs,
}: {
  nowMs: number;
  holdUntilMs: number;
  holdMs: number;
}): number {
  const passedMs = nowMs - holdUntilMs;
  return nowMs + Math.min(Math.max(passedMs, Math.min(MINUTE_MS, holdMs)), HOUR_MS);
}
