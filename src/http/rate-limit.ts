import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { callerIn } from './auth.ts';
import { problem, sendProblem } from './problems.ts';

const WINDOW_MS = 60_000;

/** Per API key, counted by each process for itself. `perMinute` 0 is off. */
export function limitRate({ perMinute }: { perMinute: number }): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (_req, res) => callerIn(res).actor,
    // `Retry-After` was set by then.
    handler: (_req, res) => sendProblem({ problem: problem('too_many_requests'), res }),
  });
}
