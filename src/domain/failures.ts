/**
 * Every way in which a step can fail, as one closed union.
 *
 * `retry`: the same step can succeed by itself, later.
 * `wait`: something else must change first (a grant, a seat, an address); retrying by itself is useless.
 * `final`: this step will never succeed as it stands; a person must decide.
 *
 * Mapped twice only: Dropbox → code (src/dropbox/failure.ts, raised by activities/failure-interceptor.ts)
 * and code → HTTP (src/http/problems.ts). Nobody matches messages.
 */
export const FAILURES = {
  /** 429. `retryAfterMs` says when; no call before that. */
  dropbox_rate_limited: 'retry',
  /** 5xx. Whether a write was applied is unknown. */
  dropbox_unavailable: 'retry',
  /** Connection refused, reset, or no answer in time. Whether a write was applied is unknown. */
  dropbox_unreachable: 'retry',
  /** A 2xx whose body is not what the route promises (HTML, truncated JSON, wrong shape). Outcome unknown. */
  dropbox_unreadable: 'retry',
  /** Dropbox took the write as an async job that has not ended yet. */
  job_in_progress: 'retry',
  /** Too long between the check and the call; nothing was sent. */
  call_too_late: 'retry',
  /** The access token was refused although it was fresh; the grant may be gone. */
  grant_revoked: 'wait',
  /** The grant or the app lacks a scope; `scope` names it. */
  scope_missing: 'wait',
  /** The token endpoint refused the app's key or secret: the deployment's setting is wrong, the grant may be fine. */
  app_credentials_refused: 'wait',
  /** Dropbox says the plan, team or admin behind the grant no longer has access (403). */
  access_denied: 'wait',
  /** 409: the route's own refusal; `tag` holds it. */
  dropbox_refused: 'final',
  /** 400 in plain text: our request is wrong. A defect, not a condition. */
  dropbox_rejected_request: 'final',
} as const satisfies Record<string, 'retry' | 'wait' | 'final'>;

export type FailureCode = keyof typeof FAILURES;
export type Disposition = (typeof FAILURES)[FailureCode];

export const dispositionOf = (code: FailureCode): Disposition => FAILURES[code];
