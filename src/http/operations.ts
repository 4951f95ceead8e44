/** From a described operation and what answers it to a route: key, role, rate, body, repetition, input, answer. */
import type { Express, RequestHandler, Response } from 'express';
import { type AccessRecord, accessRecord } from '../commands/access-record.ts';
import type { Caller } from '../commands/api-keys.ts';
import { authenticate, callerIn, permit } from './auth.ts';
import type { Operation } from './contract/operation.ts';
import type { z } from './contract/zod.ts';
import type { Http } from './deps.ts';
import { answerRepeatable } from './idempotency.ts';
import { readInput } from './input.ts';
import { jsonBody } from './json-body.ts';
import { asProblem, problem } from './problems.ts';
import { limitRate } from './rate-limit.ts';
import type { Reply } from './reply.ts';
import { StreamedBody, sendStreamed } from './streamed-body.ts';

export type Input<O extends Operation> = {
  params: z.output<O['params']>;
  query: z.output<O['query']>;
  body: z.output<O['body']>;
  caller: Caller;
  now: Date;
};

/** A route, ready to be mounted. */
export type Implementation = {
  operation: Operation;
  answer: (input: {
    params: unknown;
    query: unknown;
    body: unknown;
    caller: Caller;
    now: Date;
  }) => Promise<Reply<unknown>>;
};

/** @param answer what it returns is the answer, with the operation's status unless it says another */
export const implement = <O extends Operation>(
  operation: O,
  answer: (input: Input<O>) => Promise<Reply<z.input<O['answer']> | StreamedBody>>,
): Implementation => ({
  operation,
  // `readInput` has checked the input against the operation's own schemas.
  answer: (input) => answer(input as Input<O>),
});

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

export function mountOperations({
  app,
  http,
  implementations,
}: {
  app: Express;
  http: Http;
  implementations: readonly Implementation[];
}): void {
  const access = accessRecord(http);
  const authenticated = authenticate({ ...http, access });
  const limited = limitRate({ perMinute: http.config.rateLimitPerMinute });
  const methods = new Map<string, Set<string>>();
  for (const implementation of implementations) {
    const { operation } = implementation;
    const path = expressPath(operation.path);
    const takesBody = operation.method === 'post' || operation.method === 'put';
    app[operation.method](
      path,
      authenticated,
      permit({ operation, access }),
      limited,
      ...(takesBody ? jsonBody : []),
      answering({ http, implementation, access }),
    );
    const allowed = methods.get(path) ?? new Set();
    allowed.add(operation.method.toUpperCase());
    if (operation.method === 'get') allowed.add('HEAD');
    methods.set(path, allowed);
  }
  for (const [path, allowed] of methods) app.all(path, methodNotAllowed(allowed));
}

export const methodNotAllowed =
  (allowed: Iterable<string>): RequestHandler =>
  (req) => {
    throw problem('method_not_allowed', {
      detail: `${req.method} is not among the methods of this path.`,
      headers: { Allow: [...allowed].join(', ') },
    });
  };

function answering({
  http,
  implementation,
  access,
}: {
  http: Http;
  implementation: Implementation;
  access: AccessRecord;
}): RequestHandler {
  const { operation } = implementation;
  const handle = handling({ http, implementation });
  if (operation.method === 'get') return handle;
  return async (req, res, next) => {
    try {
      await handle(req, res, next);
    } catch (error) {
      const { status, code, isOnRecord } = asProblem(error);
      if (status < 500 && !isOnRecord) {
        await access.refused({ caller: callerIn(res), operation: operation.id, code });
      }
      throw error;
    }
  };
}

function handling({ http, implementation }: { http: Http; implementation: Implementation }): RequestHandler {
  return async (req, res) => {
    const { operation, answer } = implementation;
    const input = readInput({ operation, req });
    const run = () => answer({ ...input, caller: callerIn(res), now: http.clock() });
    // Tokens, addresses and ids: nothing of the API is for a cache to keep.
    res.set('Cache-Control', 'no-store');
    if (operation.method === 'post' && req.get('idempotency-key') !== undefined) {
      await answerRepeatable({ http, req, res, operation, run });
    } else {
      await send({ res, reply: await run(), operation });
    }
  };
}

async function send({
  res,
  reply,
  operation,
}: {
  res: Response;
  reply: Reply<unknown>;
  operation: Operation;
}): Promise<void> {
  res.status(reply.status ?? operation.status).set(reply.headers ?? {});
  if (reply.body instanceof StreamedBody) await sendStreamed({ res, body: reply.body });
  else if (reply.body === undefined) res.end();
  else res.json(reply.body);
}
