import { randomBytes } from 'node:crypto';

/** What is sent back, before a fault may spoil it. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type TaggedError = { '.tag': string } & Record<string, unknown>;

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export const jsonAnswer = (value: unknown, status = 200): Answer => ({
  status,
  contentType: JSON_TYPE,
  body: JSON.stringify(value ?? null),
});

export const textAnswer = ({ status, body }: { status: number; body: string }): Answer => ({
  status,
  contentType: TEXT_TYPE,
  body,
});

/** 400: our request is wrong. Plain text, unlike every other error. */
export const badRequest = ({ route, problem }: { route: string; problem: string }): Answer =>
  textAnswer({ status: 400, body: `Error in call to API function "${route}": ${problem}` });

/** 401, 403 and 409. The summary ends in a varying number of dots, so that nobody compares it. */
export const taggedAnswer = ({ status, error }: { status: number; error: TaggedError }): Answer =>
  jsonAnswer(
    { error_summary: `${tagPath(error)}/${'.'.repeat((randomBytes(1)[0] ?? 0) % 4)}`, error },
    status,
  );

/** 429. The reason lies one level deeper than every other tag. */
export function rateLimitAnswer({
  retryAfterSeconds,
  hint = 'both',
  text = false,
  reason = 'too_many_requests',
}: {
  retryAfterSeconds: number;
  hint?: 'header' | 'body' | 'both' | 'none';
  text?: boolean;
  reason?: 'too_many_requests' | 'too_many_write_operations';
}): Answer {
  const headers =
    hint === 'header' || hint === 'both' ? { 'Retry-After': String(retryAfterSeconds) } : undefined;
  const inBody = hint === 'body' || hint === 'both' ? { retry_after: retryAfterSeconds } : {};
  const error = { reason: { '.tag': reason }, ...inBody };
  const answer = text
    ? textAnswer({ status: 429, body: 'Too many requests. Please slow down.' })
    : jsonAnswer({ error_summary: `${reason}/..`, error }, 429);
  return headers === undefined ? answer : { ...answer, headers };
}

/** The tags along nested unions: `invalid_account_type/endpoint`. */
function tagPath(error: TaggedError): string {
  const name = error['.tag'];
  const nested = error[name];
  const isUnion = typeof nested === 'object' && nested !== null && '.tag' in nested;
  return isUnion ? `${name}/${tagPath(nested as TaggedError)}` : name;
}
