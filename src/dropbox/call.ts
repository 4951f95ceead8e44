import { Dropbox, type DropboxResponse } from 'dropbox';
import type { z } from 'zod';
import type { AccessTokens } from './access-tokens.ts';
import { DropboxFailure, failureOfRoute, unreadable } from './failure.ts';
import {
  type Answer,
  type CallOptions,
  createTransport,
  parsedBody,
  type Transport,
  type TransportOptions,
} from './transport.ts';

/** What comes with every result. */
export type Timed = {
  /** Dropbox's clock when it answered, whole seconds. Holds and windows are measured by it. */
  serverTime: Date;
  /** The second, by the same clock, at or before which the request was sent: what was read is not older. */
  fetchedAt: Date;
};

export type Call = <T>(input: {
  invoke: (sdk: Dropbox) => Promise<DropboxResponse<unknown>>;
  schema: z.ZodType<T>;
  /** Whether the call changes something; decides `outcomeUnknown` of a failure. */
  write: boolean;
  options?: CallOptions | undefined;
}) => Promise<{ value: T } & Timed>;

/**
 * One call through the official SDK, which gets a bare access token and our fetch: its own token handling
 * refreshes once per parallel call and puts secrets into URLs. The result is what `schema` makes of the answer.
 * Throws DropboxFailure only, or the reason of the caller's signal.
 */
export function createCall(options: TransportOptions & { accessToken: AccessTokens }): Call {
  const transport = createTransport(options);
  const { accessToken: tokens } = options;

  return async ({ invoke, schema, write, options: callOptions = {} }) => {
    const attempt = async (accessToken: string) => {
      const seen: { answer?: Answer } = {};
      const fetch = sdkFetch({ transport, write, callOptions, seen });
      const { result } = await invoke(new Dropbox({ accessToken, fetch }));
      const { answer } = seen;
      if (answer === undefined) throw new Error('the SDK answered without a call');
      const parsed = schema.safeParse(result);
      if (!parsed.success) throw unreadable({ ...answer, write, cause: shapeError(parsed.error) });
      return { value: parsed.data, serverTime: answer.serverTime, fetchedAt: answer.sentAt };
    };

    const accessToken = await tokens.current(callOptions);
    try {
      return await attempt(accessToken);
    } catch (error) {
      // A refused token was refused before anything was done, so the call may be repeated, once.
      if (!(error instanceof DropboxFailure && error.code === 'grant_revoked')) throw error;
    }
    return attempt(await tokens.replacing(accessToken, callOptions));
  };
}

/** The `fetch` that the SDK gets. Only successes reach it: its own error class knows neither route nor tag. */
function sdkFetch(input: {
  transport: Transport;
  write: boolean;
  callOptions: CallOptions;
  seen: { answer?: Answer };
}) {
  const { transport, write, callOptions, seen } = input;
  return async (url: string, init: { headers: Record<string, string>; body: string | null }) => {
    const answer = await transport({
      ...callOptions,
      path: new URL(url).pathname,
      write,
      headers: init.headers,
      body: init.body,
    });
    if (!answer.ok) throw failureOfRoute({ ...answer, body: parsedBody(answer.text), write });
    seen.answer = answer;
    // The SDK parses the text; what is not JSON comes back from it as a string, which no schema of ours accepts.
    return { ok: true, status: answer.status, headers: answer.headers, text: async () => answer.text };
  };
}

/** Where an answer is not what the route promises, as paths and reasons. Never its values, which may be personal. */
function shapeError(error: z.ZodError): Error {
  const found = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'body'} ${issue.code}`);
  return new Error(`unexpected answer: ${found.join(', ')}`);
}
