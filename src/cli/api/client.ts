/**
 * The API as functions. An operation of the contract says method, path and types, so that no call is described twice; the
 * server alone judges what is sent.
 */
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../http/contract/operation.ts';
import type { z } from '../../http/contract/zod.ts';
import { CliFailure } from '../failure.ts';
import { notSeatkeeper, refuse } from './refusal.ts';
import type { Server } from './server.ts';

/** Left out where the schema needs nothing. */
type Part<Name extends string, Schema extends z.ZodType> =
  Record<never, never> extends z.input<Schema>
    ? { [K in Name]?: z.input<Schema> }
    : { [K in Name]: z.input<Schema> };

type Payload<O extends Operation> =
  | Part<'body', O['body']>
  /** JSON already, such as the contents of a file. */
  | { bodyText: string };

export type Call<O extends Operation> = Part<'params', O['params']> &
  Part<'query', O['query']> &
  Payload<O> & { idempotencyKey?: string };

export type Answer<O extends Operation> = z.output<O['answer']>;

export type Api = {
  /** @throws {CliFailure} with the exit code that fits; an ApiRefusal where the server itself refused */
  call<O extends Operation>(operation: O, input: Call<O>): Promise<Answer<O>>;
  /** The same, for an answer that is too large to be held: its bytes. */
  download<O extends Operation>(operation: O, input: Call<O>): Promise<ReadableStream<Uint8Array>>;
};

/** A thousand events in one transaction may take a while on a small machine. */
const ANSWER_WITHIN_MS = 60_000;
const MOST_WAITS = 5;
const LONGEST_WAIT_S = 60;

/** What `Call` amounts to for any operation. */
type Request = {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  bodyText?: string;
  idempotencyKey?: string;
};

export function createApi({
  server,
  signal,
  say,
}: {
  server: Server;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  say: (line: string) => void;
}): Api {
  const { url } = server;

  async function once(operation: Operation, request: Request): Promise<Response> {
    const bodyText =
      request.bodyText ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const slow = new AbortController();
    // Only until the headers are there: a download may take as long as it needs.
    const timer = setTimeout(() => slow.abort(), ANSWER_WITHIN_MS);
    try {
      return await fetch(addressOf({ url, operation, request }), {
        method: operation.method.toUpperCase(),
        redirect: 'manual',
        signal: AbortSignal.any([signal, slow.signal]),
        headers: {
          authorization: `Bearer ${server.key}`,
          accept: 'application/json, application/problem+json',
          ...(bodyText === undefined ? {} : { 'content-type': 'application/json' }),
          ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
        },
        ...(bodyText === undefined ? {} : { body: bodyText }),
      });
    } catch (error) {
      throw signal.aborted ? signal.reason : unreachable({ url, error, late: slow.signal.aborted });
    } finally {
      clearTimeout(timer);
    }
  }

  async function send(operation: Operation, request: Request): Promise<Response> {
    for (let waits = 0; ; waits += 1) {
      const response = await once(operation, request);
      if (response.ok) return response;
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      // Refused before anything was done, so that the same call may be sent again.
      if (response.status !== 429 || waits === MOST_WAITS || !(seconds <= LONGEST_WAIT_S)) {
        return refuse({ response, url });
      }
      await response.body?.cancel();
      say(`Too many requests with this key; going on in ${seconds} s.`);
      await sleep(seconds * 1_000, undefined, { signal });
    }
  }

  return {
    call: async <O extends Operation>(operation: O, input: Call<O>) => {
      const response = await send(operation, input as Request);
      if (response.status === 204) return undefined as Answer<O>;
      const body: unknown = await response.json().catch(() => null);
      if (typeof body !== 'object' || body === null) throw notSeatkeeper({ url, answered: 'no JSON' });
      return body as Answer<O>;
    },
    download: async (operation, input) => {
      const { body } = await send(operation, input as Request);
      if (body === null) throw notSeatkeeper({ url, answered: 'nothing' });
      return body;
    },
  };
}

function addressOf({
  url,
  operation,
  request,
}: {
  url: string;
  operation: Operation;
  request: Request;
}): string {
  const { params = {}, query = {} } = request;
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return `${url}${path}${search.size === 0 ? '' : `?${search}`}`;
}

function unreachable({ url, error, late }: { url: string; error: unknown; late: boolean }): CliFailure {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  const why = late ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : code;
  return new CliFailure({
    exit: 'unreachable',
    message: `Seatkeeper cannot be reached at ${url} (${why}).`,
    nextStep: 'Start it with "npm start", or set SEATKEEPER_URL to where it runs.',
    cause: error,
  });
}
