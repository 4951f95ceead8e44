/**
 * The longest wait that is believed. Dropbox publishes no numbers; a header that asks for days is taken for a
 * defect of something on the way, and asking again once an hour costs nothing.
 */
export const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;

/**
 * How long to stay away, in milliseconds, at most an hour; undefined when nothing usable was said (the caller
 * then backs off by itself). Trusted in this order: the header `Retry-After` (seconds or an HTTP date, read
 * against the answer's own clock), then `error.retry_after` of the body (seconds).
 */
export function retryAfterMs(answer: {
  headers: Headers;
  body: unknown;
  serverTime: Date;
}): number | undefined {
  const { headers, body, serverTime } = answer;
  const waitMs = fromHeader(headers.get('retry-after'), serverTime) ?? fromBody(body);
  return waitMs === undefined ? undefined : Math.min(Math.max(0, Math.ceil(waitMs)), MAX_RETRY_AFTER_MS);
}

function fromHeader(header: string | null, serverTime: Date): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // Only a full HTTP date: Date.parse alone would read "-5" or "soon 2" as some year.
  const at = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at - serverTime.getTime();
}

function fromBody(body: unknown): number | undefined {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const seconds =
    typeof error === 'object' && error !== null && 'retry_after' in error ? error.retry_after : undefined;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
