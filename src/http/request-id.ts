import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** `X-Request-Id` is taken over if it is harmless, made otherwise, and echoed. */
export const requestId: RequestHandler = (req, res, next) => {
  const sent = req.get('x-request-id');
  const id = sent !== undefined && ACCEPTED.test(sent) ? sent : randomUUID();
  res.locals.requestId = id;
  res.set('X-Request-Id', id);
  next();
};
