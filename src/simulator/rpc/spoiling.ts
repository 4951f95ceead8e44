import type { Fault } from '../faults.ts';
import { type Answer, jsonAnswer, rateLimitAnswer, taggedAnswer } from './answer.ts';

/** How a call ends on the wire. */
export type Delivery =
  | { how: 'answer'; answer: Answer; delayMs: number; dripMs: number; cut: boolean }
  | { how: 'hang' }
  | { how: 'reset' };

const plainly = (answer: Answer): Delivery => ({ how: 'answer', answer, delayMs: 0, dripMs: 0, cut: false });

const HTML_TYPE = 'text/html; charset=utf-8';
const errorPage = (status: number): string =>
  `<!DOCTYPE html><html><head><title>Dropbox - ${status}</title></head><body><h1>Error (${status})</h1>` +
  '<p>Something went wrong. We will have it fixed soon.</p></body></html>\n';

const invented = 'not_in_any_specification';

/**
 * Lets a fault spoil a call. `produce` applies the call and gives its right answer; a fault that strikes before never asks
 * for it, so nothing was applied, and one that strikes after throws the answer away.
 */
export function spoiled({ fault, produce }: { fault: Fault | null; produce: () => Answer }): Delivery {
  if (fault === null) return plainly(produce());
  if ('moment' in fault && fault.moment === 'after') produce();
  switch (fault.kind) {
    case 'rate_limited': {
      const { retryAfterSeconds = 1, hint = 'both', text = false, reason = 'too_many_requests' } = fault;
      return plainly(rateLimitAnswer({ retryAfterSeconds, hint, text, reason }));
    }
    case 'server_error': {
      const status = fault.status ?? 503;
      return plainly({ status, contentType: HTML_TYPE, body: errorPage(status) });
    }
    case 'hang':
      return { how: 'hang' };
    case 'reset':
      return { how: 'reset' };
    case 'slow':
      return { how: 'answer', answer: produce(), delayMs: 0, dripMs: fault.durationMs, cut: false };
    case 'delay':
      return { how: 'answer', answer: produce(), delayMs: fault.delayMs, dripMs: 0, cut: false };
    case 'truncated': {
      const answer = produce();
      const body = answer.body.slice(0, Math.ceil(answer.body.length / 2));
      if (fault.cut === true) return { how: 'answer', answer, delayMs: 0, dripMs: 0, cut: true };
      return plainly({ ...answer, body });
    }
    case 'html':
      return plainly({ status: 200, contentType: HTML_TYPE, body: errorPage(200) });
    case 'redirect':
      return plainly({
        status: fault.status ?? 302,
        contentType: HTML_TYPE,
        body: '',
        headers: { Location: fault.location ?? '/login' },
      });
    case 'refused':
      return plainly(taggedAnswer({ status: 409, error: fault.error }));
    case 'denied':
      return plainly(taggedAnswer({ status: fault.status, error: fault.error }));
    case 'answer': {
      const { status, body, contentType = 'application/json', headers = {} } = fault;
      return plainly({ status, body, contentType, headers });
    }
    case 'unknown_tag':
      return plainly(withUnknownTag({ where: fault.in, produce }));
    case 'empty_listing':
    case 'empty_page':
    case 'repeated_page':
    case 'invalid_cursor':
    case 'job':
      // The route itself plays these.
      return plainly(produce());
  }
}

function withUnknownTag({
  where,
  produce,
}: {
  where: 'error' | 'result' | 'status';
  produce: () => Answer;
}): Answer {
  if (where === 'error') return taggedAnswer({ status: 409, error: { '.tag': invented } });
  const answer = produce();
  if (answer.status !== 200) return answer;
  const result: unknown = JSON.parse(answer.body);
  if (where === 'status') return jsonAnswer(withUnknownStatus(result));
  return jsonAnswer(typeof result === 'object' && result !== null ? { ...result, '.tag': invented } : result);
}

function withUnknownStatus(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownStatus);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) =>
      key === 'status' ? [key, { '.tag': invented }] : [key, withUnknownStatus(entry)],
    ),
  );
}
