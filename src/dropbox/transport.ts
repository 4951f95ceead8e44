import { DropboxFailure, unreadable } from './failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** A call, body included, that takes longer has failed. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** Far above a full page of 1,000 members or events (about 2 MB), far below what would hurt the process. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** What every call may be given. */
export type CallOptions = {
  /** Cancels the call; its reason is thrown as it is. The outcome of a write that was on its way is then unknown. */
  signal?: AbortSignal | undefined;
  /** A reading of `performance.now()`; later than that nothing is sent and the call fails with `call_too_late`. */
  sendBeforeMs?: number | undefined;
};

/** For metrics; `status` is absent when no answer came. */
export type CallReport = {
  route: string;
  status?: number | undefined;
  durationMs: number;
  retryAfterMs?: number | undefined;
};

export type TransportOptions = {
  /** `https://api.dropboxapi.com`, or the simulator's, which may be http. */
  apiOrigin: string;
  timeoutMs?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  onCall?: ((report: CallReport) => void) | undefined;
};

/** An answer of any status, its body read to the end. */
export type Answer = {
  route: string;
  status: number;
  ok: boolean;
  headers: Headers;
  text: string;
  /** `Date` of the answer, whole seconds; the local clock where Dropbox sent none. */
  serverTime: Date;
  /** The second, by the same clock, at or before which the request was sent: nothing in the answer is older. */
  sentAt: Date;
  requestId: string | undefined;
};

type OutgoingCall = CallOptions & {
  /** `/2/team/get_info`, `/oauth2/token`. */
  path: string;
  /** Whether the call changes something. */
  write: boolean;
  headers: Record<string, string>;
  body: string | null;
};

export type Transport = (request: OutgoingCall) => Promise<Answer>;

/**
 * The one way out to Dropbox: origin, time-out, cancellation, no redirects, a bound on what is read. Answers of
 * every status are returned; throws DropboxFailure `dropbox_unreachable`, `dropbox_unreadable`, `call_too_late`.
 */
export function createTransport(options: TransportOptions): Transport {
  const { apiOrigin, timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch, onCall } = options;

  return async (request) => {
    const { path, write, signal, sendBeforeMs, headers, body } = request;
    const route = path.replace(/^\/(2\/)?/, '');
    signal?.throwIfAborted();
    if (sendBeforeMs !== undefined && performance.now() > sendBeforeMs) {
      throw new DropboxFailure({ code: 'call_too_late', route, outcomeUnknown: false });
    }

    const deadline = linkedDeadline(timeoutMs, signal);
    const startedMs = performance.now();
    let answer: Answer | undefined;
    try {
      // A followed redirect would turn the POST into a GET and report whatever it finds there as success.
      const response = await fetch(new URL(path, apiOrigin), {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: deadline.signal,
      });
      answer = {
        route,
        status: response.status,
        ok: response.ok,
        headers: response.headers,
        text: '',
        ...times(response.headers.get('date'), performance.now() - startedMs),
        requestId: response.headers.get('x-dropbox-request-id') ?? undefined,
      };
      answer.text = await readText(response);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      // A refusal is a refusal, whether or not its body came through.
      if (answer !== undefined && !answer.ok) return answer;
      if (answer !== undefined && !deadline.signal.aborted)
        throw unreadable({ ...answer, write, cause: error });
      throw new DropboxFailure({
        code: 'dropbox_unreachable',
        route,
        outcomeUnknown: write && !neverConnected(error),
        cause: error,
      });
    } finally {
      deadline.release();
      onCall?.({
        route,
        status: answer?.status,
        durationMs: performance.now() - startedMs,
        retryAfterMs:
          answer?.status === 429 ? retryAfterMs({ ...answer, body: parsedBody(answer.text) }) : undefined,
      });
    }
  };
}

/** The body as JSON, or as the text it is; an empty one is an empty string. */
export function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// AbortSignal.any would keep an entry on a long-lived caller's signal for every call made under it.
function linkedDeadline(timeoutMs: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const cancel = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}

function times(date: string | null, durationMs: number): { serverTime: Date; sentAt: Date } {
  const parsedMs = date === null ? Number.NaN : Date.parse(date);
  const serverMs = Number.isNaN(parsedMs) ? Date.now() : parsedMs;
  return {
    serverTime: new Date(serverMs),
    sentAt: new Date(Math.floor((serverMs - durationMs) / 1000) * 1000),
  };
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new Error(`more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** True only when it is certain that no byte of the request left: the name did not resolve, the port was shut. */
function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && NEVER_CONNECTED.has(code);
}
