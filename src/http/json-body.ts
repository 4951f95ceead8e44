/** Bodies: JSON in UTF-8, at most 1 MiB, or nothing at all. */
import { createHash } from 'node:crypto';
import express, { type RequestHandler, type Response } from 'express';
import { problem } from './problems.ts';

const MOST = 1024 * 1024;
const JSON_TYPES = ['application/json', 'application/*+json'];

const parse = express.json({
  limit: MOST,
  type: JSON_TYPES,
  // Primitives are JSON too; that they are not what is expected is the contract's to say.
  strict: false,
  verify: (_req, res, bytes) => {
    (res as Response).locals.bodyHash = createHash('sha256').update(bytes).digest('hex');
  },
});

const refuseOtherTypes: RequestHandler = (req, _res, next) => {
  // `is` says null without a body, and false for a body of another type.
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.get('content-length') ?? 0) > 0;
  if (hasBody && !req.is(JSON_TYPES)) throw problem('unsupported_media_type');
  next();
};

export const jsonBody: RequestHandler[] = [refuseOtherTypes, parse];

/** Of the body as it was sent; an empty one has one, too. */
export const bodyHashIn = (res: Response): string => String(res.locals.bodyHash ?? 'empty');
