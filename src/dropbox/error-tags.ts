const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

// Tags become metric labels, log fields and parts of messages, so nothing but an identifier passes.
export const asTag = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-zA-Z][a-zA-Z0-9_]{0,79}$/.test(value) ? value : undefined;

/**
 * The full path of tags in an error union, outermost first: `user_not_found`, `invalid_user/email`.
 * Payloads (addresses, ids) are never part of it. `error_summary` is not looked at: its end varies.
 */
export function errorTag(body: unknown): string | undefined {
  const path: string[] = [];
  let union: unknown = isRecord(body) ? body.error : undefined;
  while (isRecord(union) && path.length < 5) {
    const tag = asTag(union['.tag']);
    if (tag === undefined) break;
    path.push(tag);
    union = union[tag];
  }
  return path.length === 0 ? undefined : path.join('/');
}

/** The time that an error `reset` of the audit log carries: about that of the latest event returned. */
export function resetTime(body: unknown): Date | undefined {
  const error = isRecord(body) ? body.error : undefined;
  const atMs = isRecord(error) && typeof error.reset === 'string' ? Date.parse(error.reset) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : new Date(atMs);
}

/** The scope that a 401 `missing_scope` names. */
export function requiredScope(body: unknown): string | undefined {
  const error = isRecord(body) ? body.error : undefined;
  return isRecord(error) ? asScope(error.required_scope) : undefined;
}

/**
 * The scope that an app was never given. Dropbox answers this as a plain-text 400 without any code, so this is
 * the one place that reads words; any other wording stays a rejected request.
 */
export function scopeTheAppLacks(body: unknown): string | undefined {
  if (typeof body !== 'string') return undefined;
  return asScope(/required scope '([^']{1,80})'/.exec(body)?.[1]);
}

/** The `error` field of an OAuth answer (RFC 6749, 5.2), the only part of it that decides anything. */
export function oauthError(body: unknown): string | undefined {
  return isRecord(body) ? asTag(body.error) : undefined;
}

const asScope = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z_]+(\.[a-z_]+)+$/.test(value) ? value : undefined;
