/**
 * How long is waited between tries whose end nobody knows. Anything that Temporal retries by itself comes back within
 * 20 s (workflows/activity-proxies.ts); these two may never succeed, and so get slower: once a minute in the end.
 */
const SECOND_MS = 1_000;
const AT_LEAST_MS = 60 * SECOND_MS;
/** So many looks at a job, the most of them 30 s apart, take some ten minutes. */
const LOOKS_AT_A_JOB = 24;

/** A job that has not ended is looked at after 1, 2, 4 … 30 s, and once a minute after ten minutes. */
export function jobDelayMs({ attempt }: { attempt: number }): number {
  if (attempt > LOOKS_AT_A_JOB) return AT_LEAST_MS;
  return Math.min(SECOND_MS * 2 ** (attempt - 1), 30 * SECOND_MS);
}

/** An answer that cannot be read is a disturbance on the way, or an API that changed for good. */
export const unreadableDelayMs = ({ attempt }: { attempt: number }): number =>
  Math.min((SECOND_MS / 2) * 2 ** Math.min(attempt - 1, 10), AT_LEAST_MS);
