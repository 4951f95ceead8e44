import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';
import type { LedgerCall } from '../ledger.ts';
import type { Answer } from './answer.ts';
import type { Delivery } from './spoiling.ts';

const DRIP_STEPS = 20;

/** Puts an answer on the wire, or fails to, as a fault has it. */
export async function deliver({
  delivery,
  entry,
  response,
}: {
  delivery: Delivery;
  entry: LedgerCall;
  response: Response;
}): Promise<void> {
  switch (delivery.how) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'answer': {
      const { answer, delayMs, dripMs, cut } = delivery;
      if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
      entry.status = answer.status;
      writeHead({ response, answer });
      if (cut) cutInTheMiddle({ response, body: answer.body });
      else if (dripMs > 0) await drip({ response, body: answer.body, dripMs });
      else response.end(answer.body);
    }
  }
}

function writeHead({ response, answer }: { response: Response; answer: Answer }): void {
  const { status, contentType, body, headers = {} } = answer;
  response.status(status);
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (status >= 400) {
    response.setHeader('Content-Disposition', "attachment; filename='error'");
    response.setHeader('Content-Security-Policy', "sandbox; frame-ancestors 'none'");
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** The length was promised in full, so the caller can tell that the rest is missing. */
function cutInTheMiddle({ response, body }: { response: Response; body: string }): void {
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
}

/** Slow enough to run into a caller's time-out, never silent long enough for an idle one. */
async function drip({
  response,
  body,
  dripMs,
}: {
  response: Response;
  body: string;
  dripMs: number;
}): Promise<void> {
  const bytes = Buffer.from(body);
  const step = Math.max(1, Math.ceil(bytes.length / DRIP_STEPS));
  response.flushHeaders();
  for (let from = 0; from < bytes.length; from += step) {
    await pause(dripMs / DRIP_STEPS, undefined, { ref: false });
    if (response.destroyed) return;
    response.write(bytes.subarray(from, from + step));
  }
  response.end();
}
