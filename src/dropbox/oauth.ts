import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { errorTag } from './error-tags.ts';
import { DropboxFailure, failureOfRoute, failureOfTokenEndpoint, unreadable } from './failure.ts';
import {
  type Answer,
  type CallOptions,
  createTransport,
  parsedBody,
  type TransportOptions,
} from './transport.ts';

export { DropboxFailure };

/** RFC 7636: `verifier` stays here until the code is exchanged, `challenge` goes into the authorize URL. */
export function createPkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/**
 * Where to send the team admin's browser. `include_granted_scopes` is left out on purpose: Dropbox refuses it
 * for somebody who never linked the app. `scopes` must not be empty: an empty `scope` is an error there.
 */
export function authorizeUrl(input: {
  /** `https://www.dropbox.com`, or the simulator's. */
  webOrigin: string;
  clientId: string;
  redirectUri: string;
  state: string;
  codeChallenge: string;
  scopes: readonly string[];
  /** Ask again even if the app is linked already: a reauthorization must show what is being granted. */
  forceReapprove?: boolean;
}): string {
  const url = new URL('/oauth2/authorize', input.webOrigin);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: input.clientId,
    redirect_uri: input.redirectUri,
    state: input.state,
    code_challenge: input.codeChallenge,
    code_challenge_method: 'S256',
    token_access_type: 'offline',
    scope: input.scopes.join(' '),
    ...(input.forceReapprove ? { force_reapprove: 'true' } : {}),
  }).toString();
  return url.href;
}

export type AccessGrant = {
  accessToken: string;
  /** By the local clock. */
  expiresAt: Date;
  lifetimeMs: number;
};

export type Grant = AccessGrant & {
  refreshToken: string;
  /** What was really granted, which may be less than was asked for; absent when Dropbox did not say. */
  scopes?: readonly string[];
  /** Absent: the person chose a personal account, which can never be connected. */
  teamId?: string;
};

const accessAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive(),
});

const grantAnswer = accessAnswer.extend({
  refresh_token: z.string().min(1),
  scope: z.string().optional(),
  team_id: z.string().optional(),
});

export type OAuthClient = ReturnType<typeof createOAuthClient>;

/**
 * Dropbox's token endpoint. Everything secret travels in the body or in a header, never in a URL. All methods
 * throw DropboxFailure.
 */
export function createOAuthClient(options: TransportOptions & { clientId: string; clientSecret: string }) {
  const send = createTransport(options);
  const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64');

  const token = async <T>(
    input: CallOptions & {
      form: { grant_type: 'refresh_token' | 'authorization_code' } & Record<string, string>;
      schema: z.ZodType<T>;
      write: boolean;
    },
  ): Promise<T> => {
    const { form, schema, write, signal, sendBeforeMs } = input;
    const answer = await send({
      path: '/oauth2/token',
      write,
      headers: {
        Authorization: `Basic ${basic}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
      },
      body: new URLSearchParams(form).toString(),
      signal,
      sendBeforeMs,
    });
    const body = parsedBody(answer.text);
    if (!answer.ok) throw failureOfTokenEndpoint({ ...answer, body, write, grantType: form.grant_type });
    const parsed = schema.safeParse(body);
    // The ZodError is no cause here: this is the one body that must never be quoted, whatever zod does.
    if (!parsed.success) throw unreadable({ ...answer, write });
    return parsed.data;
  };

  return {
    /**
     * Exchanges the code of a callback; `redirectUri` must repeat the one of the authorize URL. A used, expired or
     * foreign code is `dropbox_refused` with tag `invalid_grant`; a wrong key or secret `app_credentials_refused`.
     */
    async exchangeCode(
      input: CallOptions & { code: string; redirectUri: string; codeVerifier: string },
    ): Promise<Grant> {
      const { code, redirectUri, codeVerifier, ...call } = input;
      const answer = await token({
        ...call,
        form: {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
        },
        schema: grantAnswer,
        // A code is good for one exchange, so a lost answer loses it.
        write: true,
      });
      return {
        ...accessGrant(answer),
        refreshToken: answer.refresh_token,
        ...(answer.scope === undefined ? {} : { scopes: answer.scope.split(' ').filter(Boolean) }),
        ...(answer.team_id ? { teamId: answer.team_id } : {}),
      };
    },

    /** A new access token; the refresh token stays as it is. `grant_revoked` means the grant is dead. */
    async refresh(input: CallOptions & { refreshToken: string }): Promise<AccessGrant> {
      const { refreshToken, ...call } = input;
      const form = { grant_type: 'refresh_token' as const, refresh_token: refreshToken };
      return accessGrant(await token({ ...call, form, schema: accessAnswer, write: false }));
    },

    /**
     * Revokes the access token, its refresh token and that one's other access tokens. `already_gone` when the token
     * was dead before. A failure means "could not be confirmed": whether Dropbox takes a team token here is not
     * documented, so the caller deletes its secrets anyway and says that the app can be unlinked by hand.
     */
    async revoke(input: CallOptions & { accessToken: string }): Promise<'revoked' | 'already_gone'> {
      const { accessToken, ...call } = input;
      const answer: Answer = await send({
        ...call,
        path: '/2/auth/token/revoke',
        write: true,
        headers: { Authorization: `Bearer ${accessToken}` },
        body: null,
      });
      if (answer.ok) return 'revoked';
      const body = parsedBody(answer.text);
      if (answer.status === 401 && errorTag(body) === 'invalid_access_token') return 'already_gone';
      throw failureOfRoute({ ...answer, body, write: true });
    },
  };
}

function accessGrant(answer: z.infer<typeof accessAnswer>): AccessGrant {
  const lifetimeMs = answer.expires_in * 1000;
  return { accessToken: answer.access_token, expiresAt: new Date(Date.now() + lifetimeMs), lifetimeMs };
}
