/**
 * Every answer that is not a success: RFC 9457 problem details, with a code for programs and a next step for people.
 * The only place that maps codes to HTTP statuses.
 */
import type { Response } from 'express';
import { TemporalUnavailable } from '../commands/person-histories.ts';
import { CommandRefusal, type RefusalCode } from '../commands/refusal.ts';
import { InvalidCursor } from '../read-model/cursor.ts';

type Kind = { status: number; title: string; nextStep: string };

const PROBLEMS = {
  bad_json: {
    status: 400,
    title: 'The body is not JSON',
    nextStep: 'Send valid JSON in UTF-8, or no body at all.',
  },
  bad_request: {
    status: 400,
    title: 'The request cannot be read',
    nextStep: 'Correct what is named in errors; /docs describes every call.',
  },
  unauthenticated: {
    status: 401,
    title: 'An API key is needed',
    nextStep: 'Send the header "Authorization: Bearer <API key>" with a key that was not deleted.',
  },
  forbidden: {
    status: 403,
    title: 'This key may not do that',
    nextStep: 'Use a key of a role that may, or ask an administrator to make one (POST /v1/api-keys).',
  },
  unknown_path: {
    status: 404,
    title: 'There is no such path',
    nextStep: 'Look at /docs for every path there is.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path does not take this method',
    nextStep: 'Use one of the methods in the header Allow.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    nextStep: 'Send at most 1 MiB at once; send events in several arrays.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is of another type than JSON',
    nextStep: 'Send "Content-Type: application/json" in UTF-8.',
  },
  idempotency_key_reused: {
    status: 409,
    title: 'This Idempotency-Key was used for another request',
    nextStep: 'Use a new key for a new request.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The request with this Idempotency-Key is still being answered',
    nextStep: 'Ask again in a second, with the same key.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests with this key',
    nextStep: 'Wait for the seconds in the header Retry-After; RATE_LIMIT_PER_MINUTE sets the limit.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database cannot be reached',
    nextStep: 'Send the request again in a few seconds. Nothing of it was stored.',
  },
  temporal_unavailable: {
    status: 503,
    title: 'Temporal cannot be reached',
    nextStep: 'Send the request again when /readyz says that Temporal answers. Nothing was changed.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    nextStep: 'Send the request again; if that fails too, look into the log for this requestId.',
  },
} as const satisfies Record<string, Kind>;

/** Refusals bring their own detail and next step. */
const REFUSALS: Record<RefusalCode, { status: number; title: string }> = {
  invalid: { status: 422, title: 'The request does not make sense' },
  unknown_person: { status: 422, title: 'There is no such person' },
  unknown_group: { status: 422, title: 'There is no such group' },
  not_found: { status: 404, title: 'Not found' },
  not_yours: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'The same id was used before, with other contents' },
  already_in_effect: { status: 409, title: 'It has already taken effect' },
  occurred_in_future: { status: 422, title: 'It is said to have happened in the future' },
  scope_missing: { status: 409, title: 'The connection may not do that' },
  settings_conflict: { status: 422, title: 'These settings contradict each other' },
  state_conflict: { status: 409, title: 'The present state does not allow it' },
  already_connected: { status: 409, title: 'The team is connected already' },
  expired: { status: 409, title: 'It is too late' },
};

export type FieldError = { field: string; detail: string };
export type ProblemCode = keyof typeof PROBLEMS;

/** Thrown anywhere below a route; answered by `sendProblem`. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly nextStep: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  /** The command that refused has put it on record itself. */
  readonly isOnRecord: boolean;

  constructor(about: {
    status: number;
    title: string;
    code: string;
    detail: string;
    nextStep: string;
    errors?: readonly FieldError[];
    headers?: Readonly<Record<string, string>>;
    isOnRecord?: boolean;
  }) {
    super(about.detail);
    this.name = 'Problem';
    this.status = about.status;
    this.title = about.title;
    this.code = about.code;
    this.nextStep = about.nextStep;
    this.errors = about.errors ?? [];
    this.headers = about.headers ?? {};
    this.isOnRecord = about.isOnRecord ?? false;
  }
}

export function problem(
  code: ProblemCode,
  more: { detail?: string; errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
): Problem {
  const kind = PROBLEMS[code];
  return new Problem({ code, ...kind, ...more, detail: more.detail ?? `${kind.title}.` });
}

/** The words of a missing thing: `there is no ${what}`. */
export const notFound = (what: string, nextStep: string): Problem =>
  new Problem({ code: 'not_found', ...REFUSALS.not_found, detail: `There is no ${what}.`, nextStep });

/** The body is readable and says something that cannot be. */
export const invalid = (errors: readonly FieldError[]): Problem =>
  new Problem({
    code: 'invalid',
    ...REFUSALS.invalid,
    detail: errors.map(({ field, detail }) => `${field || 'The body'} ${detail}`).join('; '),
    nextStep: 'Correct what is named in errors; /docs describes every field.',
    errors,
  });

/** The refusal of one event, which has no next step of its own. */
export const refusedEvent = ({ code, detail }: { code: RefusalCode; detail: string }): Problem =>
  new Problem({
    code,
    ...REFUSALS[code],
    detail,
    nextStep: 'Correct the event and send it again.',
    isOnRecord: true,
  });

/** PostgreSQL: no connection, shutting down, starting up, too many clients; and the sockets' own words. */
const DATABASE_AWAY =
  /^(0800[013467]|57P0[1-3]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENOENT)$/;
/** PostgreSQL refuses the text itself: a safety net below the contract's own checks. */
const UNSTORABLE = /^(22021|22P05|22P02|22007|22008)$/;

function codeOf(error: unknown): string {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}

/** What express and its parsers throw carries a status of its own. */
function fromParser(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('type' in error || 'status' in error)) return undefined;
  const { type, status } = error as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return problem('body_too_large');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return problem('unsupported_media_type');
  }
  if (type === 'entity.parse.failed') return problem('bad_json');
  return typeof status === 'number' && status >= 400 && status < 500 ? problem('bad_request') : undefined;
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CommandRefusal) {
    const { code, detail, nextStep, fields } = error;
    return new Problem({ code, ...REFUSALS[code], detail, nextStep, errors: fields });
  }
  if (error instanceof InvalidCursor) {
    return problem('bad_request', {
      errors: [{ field: 'cursor', detail: 'must be the nextCursor of the page before' }],
    });
  }
  if (error instanceof TemporalUnavailable) {
    return problem('temporal_unavailable', { headers: { 'Retry-After': '10' } });
  }
  const code = codeOf(error);
  if (DATABASE_AWAY.test(code)) return problem('database_unavailable', { headers: { 'Retry-After': '5' } });
  if (UNSTORABLE.test(code)) return problem('bad_request', { detail: 'A value cannot be stored as text.' });
  return fromParser(error) ?? problem('internal');
}

export function sendProblem({ problem: p, res }: { problem: Problem; res: Response }): void {
  res.status(p.status).set(p.headers).type('application/problem+json');
  res.send(
    JSON.stringify({
      type: `urn:seatkeeper:problem:${p.code}`,
      title: p.title,
      status: p.status,
      detail: p.message,
      code: p.code,
      nextStep: p.nextStep,
      requestId: String(res.locals.requestId ?? ''),
      ...(p.errors.length > 0 ? { errors: p.errors } : {}),
    }),
  );
}
