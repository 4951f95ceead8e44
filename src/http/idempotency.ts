/** `Idempotency-Key`: the same POST again gets the same answer, and does nothing. */
import type { Request, Response } from 'express';
import { beginRepeatable } from '../commands/repeatable-request.ts';
import { callerIn } from './auth.ts';
import type { Operation } from './contract/operation.ts';
import type { Http } from './deps.ts';
import { bodyHashIn } from './json-body.ts';
import { problem } from './problems.ts';
import type { Reply } from './reply.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Only successes are kept: what was refused stored nothing, and may be tried again. */
export async function answerRepeatable({
  http,
  req,
  res,
  operation,
  run,
}: {
  http: Http;
  req: Request;
  res: Response;
  operation: Operation;
  run: () => Promise<Reply<unknown>>;
}): Promise<void> {
  const key = req.get('idempotency-key') ?? '';
  if (!KEY.test(key)) {
    const detail = 'must be 1 to 255 printable characters without spaces';
    throw problem('bad_request', { errors: [{ field: 'Idempotency-Key', detail }] });
  }
  const repeatable = await beginRepeatable({
    db: http.db,
    keyring: http.keyring,
    // The same key on another path is another request.
    id: { actor: callerIn(res).actor, route: `${req.method} ${req.path}`, key },
    bodyHash: `${bodyHashIn(res)}?${req.url.split('?')[1] ?? ''}`,
    now: http.clock(),
  });
  switch (repeatable.outcome) {
    case 'other body':
      throw problem('idempotency_key_reused');
    case 'in progress':
      throw problem('idempotency_in_progress', { headers: { 'Retry-After': '1' } });
    case 'answered': {
      const { status, body } = repeatable.answer;
      res.set('Idempotency-Replayed', 'true');
      return sendText({ res, status, body });
    }
    case 'begun':
      break;
    default:
      repeatable satisfies never;
      return;
  }
  let reply: Reply<unknown>;
  try {
    reply = await run();
  } catch (error) {
    await repeatable.forget();
    throw error;
  }
  const answer = { status: reply.status ?? operation.status, body: JSON.stringify(reply.body ?? null) };
  await repeatable.finish(answer);
  res.set(reply.headers ?? {});
  sendText({ res, ...answer });
}

function sendText({ res, status, body }: { res: Response; status: number; body: string }): void {
  res.status(status).type('application/json').send(body);
}
