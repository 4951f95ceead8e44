import type { AccessGrant, OAuthClient } from './oauth.ts';

/** The bare access tokens of one grant, as many callers as there may be. Throws what `OAuthClient.refresh` does. */
export type AccessTokens = {
  /** A token that is good for minutes to come. */
  current(options?: { signal?: AbortSignal | undefined }): Promise<string>;
  /** A token other than the refused one: that of somebody who was quicker, or a forced refresh. */
  replacing(refused: string, options?: { signal?: AbortSignal | undefined }): Promise<string>;
};

const REFRESH_AHEAD_MS = 5 * 60 * 1000;

/**
 * Hands out access tokens and renews them five minutes ahead (half-way, if they live for less than ten), with
 * one refresh in flight however many ask. One source per grant: a new grant of the same team needs a new
 * source, since an old access token may still be alive and lack what the new grant added.
 */
export function createAccessTokens(input: {
  oauth: Pick<OAuthClient, 'refresh'>;
  /** Read at every refresh and never kept. */
  loadRefreshToken: () => Promise<string>;
  /** A token kept from earlier. */
  stored?: { accessToken: string; expiresAt: Date } | undefined;
  /** Awaited before the new token is handed out; its failure is the caller's, the token is kept all the same. */
  store?: ((accessToken: string, expiresAt: Date) => Promise<void>) | undefined;
}): AccessTokens {
  const { oauth, loadRefreshToken, stored, store } = input;
  let token: string | undefined = stored?.accessToken;
  let renewAtMs = stored === undefined ? 0 : stored.expiresAt.getTime() - REFRESH_AHEAD_MS;
  let inFlight: Promise<string> | undefined;

  const keep = async ({ accessToken, expiresAt, lifetimeMs }: AccessGrant): Promise<string> => {
    token = accessToken;
    renewAtMs = expiresAt.getTime() - Math.min(REFRESH_AHEAD_MS, lifetimeMs / 2);
    await store?.(accessToken, expiresAt);
    return accessToken;
  };

  // No caller's signal reaches the refresh: the others wait for the same one.
  const refresh = (): Promise<string> => {
    inFlight ??= loadRefreshToken()
      .then((refreshToken) => oauth.refresh({ refreshToken }))
      .then(keep)
      .finally(() => {
        inFlight = undefined;
      });
    return inFlight;
  };

  return {
    current: ({ signal } = {}) =>
      token !== undefined && Date.now() < renewAtMs
        ? Promise.resolve(token)
        : unlessAborted(refresh(), signal),
    replacing: (refused, { signal } = {}) =>
      token !== undefined && token !== refused ? Promise.resolve(token) : unlessAborted(refresh(), signal),
  };
}

/** The promise, or the signal's reason if that comes first; the promise itself goes on. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
