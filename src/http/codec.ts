/** Decrypts, for the Temporal UI in an operator's browser, what workflows carry. The path's token is the key to it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import { z } from './contract/zod.ts';
import type { CodecPayload, Http } from './deps.ts';
import { fieldErrors } from './input.ts';
import { methodNotAllowed } from './operations.ts';
import { invalid, problem } from './problems.ts';

/** A page of history is larger than any body that the API takes. */
const MOST = 16 * 1024 * 1024;

/** Payloads as protobuf's JSON writes them: bytes are base64. The UI may send a body without payloads. */
const encoded = z.object({
  payloads: z
    .array(
      z.object({
        metadata: z.record(z.string(), z.string()).nullish(),
        data: z.string().nullish(),
      }),
    )
    .max(100_000)
    .default([]),
});
type Encoded = z.output<typeof encoded>['payloads'][number];

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const asPayload = ({ metadata, data }: Encoded): CodecPayload => ({
  metadata: mapValues(metadata ?? {}, fromBase64),
  data: fromBase64(data ?? ''),
});
const asJson = ({ metadata, data }: CodecPayload) => ({
  metadata: mapValues(metadata ?? {}, toBase64),
  data: toBase64(data ?? new Uint8Array()),
});

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export function mountCodec({ app, http }: { app: Express; http: Http }): void {
  const { codecToken: token, temporal } = http.config;
  const uiOrigin = new URL(temporal.uiUrl).origin;

  const known: RequestHandler = (req, res, next) => {
    if (token === undefined || !timingSafeEqual(sha256(String(req.params.token)), sha256(token))) {
      throw problem('unknown_path');
    }
    res.set({
      'Access-Control-Allow-Origin': uiOrigin,
      'Access-Control-Allow-Methods': 'POST, OPTIONS',
      'Access-Control-Allow-Headers': 'content-type, x-namespace, authorization',
      'Access-Control-Max-Age': '600',
      Vary: 'Origin',
      'Cache-Control': 'no-store',
    });
    next();
  };
  const preflight: RequestHandler = (_req, res) => void res.status(204).end();
  const decode: RequestHandler = async (req, res) => {
    const body = encoded.safeParse(req.body ?? {}, { reportInput: true });
    if (!body.success) throw invalid(fieldErrors(body.error));
    res.json({
      payloads: await Promise.all(body.data.payloads.map((payload) => decodeOne({ http, payload }))),
    });
  };

  const path = '/codec/:token/decode';
  app.options(path, known, preflight);
  app.post(path, known, express.json({ limit: MOST, type: () => true }), decode);
  app.all(path, known, methodNotAllowed(['POST', 'OPTIONS']));
}

/** One that cannot be read (its key is gone) is shown as it is; the others are not lost with it. */
async function decodeOne({ http, payload }: { http: Http; payload: Encoded }) {
  try {
    const [decoded] = await http.decodePayloads([asPayload(payload)]);
    return decoded === undefined ? payload : asJson(decoded);
  } catch {
    return payload;
  }
}
