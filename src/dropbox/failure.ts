import type { FailureCode } from '../domain/failures.ts';
import { errorTag, oauthError, requiredScope, resetTime, scopeTheAppLacks } from './error-tags.ts';
import { retryAfterMs } from './retry-after.ts';

type FailureFacts = {
  code: FailureCode;
  /** `team/members/remove`, `oauth2/token`. */
  route: string;
  /** Absent when no answer came. */
  httpStatus?: number | undefined;
  /** The path of error tags, `user_not_found` or `invalid_user/email`; at the token endpoint the `error` field. */
  tag?: string | undefined;
  /** With `scope_missing`: the scope, where Dropbox named it. */
  scope?: string | undefined;
  /** With `dropbox_rate_limited`, or a 5xx that said so: no call before this many milliseconds have passed. */
  retryAfterMs?: number | undefined;
  /** With the tag `reset` of the audit log: about when the latest event happened that was returned. */
  resetAt?: Date | undefined;
  /** True when this was a write and Dropbox may have applied it: read back before acting again. */
  outcomeUnknown: boolean;
  /** Dropbox's own id of the call, for its support. */
  requestId?: string | undefined;
  cause?: unknown;
};

/**
 * The only error that this folder throws for what Dropbox, or the way to it, did. Holds no personal data, no
 * token and no body, neither in the message nor in a field, so that it may be logged and kept in a history.
 */
export class DropboxFailure extends Error {
  override readonly name = 'DropboxFailure';
  readonly code: FailureCode;
  readonly route: string;
  readonly httpStatus: number | undefined;
  readonly tag: string | undefined;
  readonly scope: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly resetAt: Date | undefined;
  readonly outcomeUnknown: boolean;
  readonly requestId: string | undefined;

  constructor(facts: FailureFacts) {
    const { code, route, httpStatus, tag, scope, cause } = facts;
    const what = [httpStatus, tag, scope].filter((part) => part !== undefined).join(' ');
    super(`${route}: ${code}${what && ` (${what})`}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.route = route;
    this.httpStatus = httpStatus;
    this.tag = tag;
    this.scope = scope;
    this.retryAfterMs = facts.retryAfterMs;
    this.resetAt = facts.resetAt;
    this.outcomeUnknown = facts.outcomeUnknown;
    this.requestId = facts.requestId;
  }
}

/** An answer that is not a success, its body parsed if it was JSON and a string otherwise. */
export type RefusingAnswer = {
  route: string;
  /** Whether the call changes something; decides `outcomeUnknown`. */
  write: boolean;
  status: number;
  headers: Headers;
  body: unknown;
  serverTime: Date;
  requestId?: string | undefined;
};

/**
 * Maps an answer of a route under `/2/` to a failure. A 401 about the token itself becomes `grant_revoked`;
 * whoever holds a refresh token must have tried a fresh access token before believing it (call.ts does).
 */
export function failureOfRoute(answer: RefusingAnswer): DropboxFailure {
  const { route, status, body, write, requestId } = answer;
  const tag = errorTag(body);
  const refused = (
    code: FailureCode,
    more: { scope?: string | undefined; resetAt?: Date | undefined } = {},
  ) =>
    new DropboxFailure({ code, route, httpStatus: status, tag, outcomeUnknown: false, requestId, ...more });

  if (status === 401) {
    if (tag === 'missing_scope') return refused('scope_missing', { scope: requiredScope(body) });
    return refused(isAboutTheToken(tag) ? 'grant_revoked' : 'access_denied');
  }
  if (status === 403) return refused('access_denied');
  // Every 409 of Dropbox carries the route's error union; one without comes from something in between.
  if (status === 409)
    return tag === undefined
      ? unreadable({ route, write, status, requestId })
      : refused('dropbox_refused', { resetAt: tag === 'reset' ? resetTime(body) : undefined });
  const scope = status === 400 ? scopeTheAppLacks(body) : undefined;
  if (scope !== undefined) return refused('scope_missing', { scope });
  return failureOfTransport(answer) ?? refused('dropbox_rejected_request');
}

/**
 * Maps an answer of `oauth2/token`, whose errors have a shape of their own, by its `error` field alone.
 * `invalid_grant` means a dead grant when refreshing, and a used or expired code when exchanging one.
 */
export function failureOfTokenEndpoint(
  answer: RefusingAnswer & { grantType: 'refresh_token' | 'authorization_code' },
): DropboxFailure {
  const { route, status, body, requestId } = answer;
  const tag = oauthError(body);
  const refused = (code: FailureCode) =>
    new DropboxFailure({ code, route, httpStatus: status, tag, outcomeUnknown: false, requestId });

  const transport = failureOfTransport(answer);
  if (transport !== undefined) return transport;
  if (tag === 'invalid_grant') {
    return refused(answer.grantType === 'refresh_token' ? 'grant_revoked' : 'dropbox_refused');
  }
  if (tag === 'invalid_client' || tag === 'unauthorized_client' || status === 401)
    return refused('app_credentials_refused');
  if (status === 403) return refused('access_denied');
  return refused('dropbox_rejected_request');
}

/** 429, 5xx and what no API answers: the same for every endpoint. */
function failureOfTransport(answer: RefusingAnswer): DropboxFailure | undefined {
  const { route, status, write, requestId } = answer;
  const facts = { route, httpStatus: status, requestId, retryAfterMs: retryAfterMs(answer) };
  if (status === 429)
    return new DropboxFailure({ code: 'dropbox_rate_limited', ...facts, outcomeUnknown: false });
  if (status >= 500 || status === 408) {
    return new DropboxFailure({ code: 'dropbox_unavailable', ...facts, outcomeUnknown: write });
  }
  return status < 400 ? unreadable(answer) : undefined;
}

/** A success whose body is not what the route promises. `cause` must hold no body: a ZodError does not. */
export function unreadable(facts: {
  route: string;
  write: boolean;
  status: number;
  requestId?: string | undefined;
  cause?: unknown;
}): DropboxFailure {
  const { route, write, status, requestId, cause } = facts;
  return new DropboxFailure({
    code: 'dropbox_unreadable',
    route,
    httpStatus: status,
    outcomeUnknown: write,
    requestId,
    cause,
  });
}

// `user_suspended`, `invalid_select_*` and `route_access_denied` are about whom the token speaks for.
const isAboutTheToken = (tag: string | undefined): boolean =>
  tag === undefined || tag === 'invalid_access_token' || tag === 'expired_access_token' || tag === 'other';
