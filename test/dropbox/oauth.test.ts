import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { authorizeUrl, createOAuthClient, createPkce } from '../../src/dropbox/oauth.ts';
import { failureOf } from './fixtures.ts';
import { json, plain, type ReceivedRequest, type Respond, withServer } from './scripted-server.ts';

const clientId = 'app-key';
const clientSecret = 'canary-secret';
const exchange = {
  code: 'canary+code/==',
  redirectUri: 'http://localhost:8080/oauth/dropbox/callback?a=1&b=2',
  codeVerifier: 'canary-verifier',
};
const teamAnswer = {
  access_token: 'sl.canary-access',
  token_type: 'bearer',
  expires_in: 14400,
  refresh_token: 'canary-refresh',
  scope: 'members.read team_info.read',
  uid: '',
  team_id: 'dbtid:AAAA',
};

async function withOAuth(
  respond: Respond,
  run: (oauth: ReturnType<typeof createOAuthClient>, requests: ReceivedRequest[]) => Promise<void>,
): Promise<void> {
  await withServer(respond, ({ origin, requests }) =>
    run(createOAuthClient({ apiOrigin: origin, clientId, clientSecret }), requests),
  );
}

describe('createPkce', () => {
  it('makes a new verifier each time, and its S256 challenge', () => {
    const { verifier, challenge } = createPkce();
    assert.match(verifier, /^[A-Za-z0-9_-]{43,128}$/);
    assert.equal(challenge, createHash('sha256').update(verifier).digest('base64url'));
    assert.notEqual(createPkce().verifier, verifier);
  });
});

describe('authorizeUrl', () => {
  const input = {
    webOrigin: 'http://127.0.0.1:4040',
    clientId,
    redirectUri: exchange.redirectUri,
    state: 'a&b=c d',
    codeChallenge: 'challenge',
    scopes: ['members.read', 'team_info.read'],
  };

  it('encodes everything, so that neither redirect URI nor state can break it', () => {
    const url = new URL(authorizeUrl(input));
    assert.equal(url.origin + url.pathname, 'http://127.0.0.1:4040/oauth2/authorize');
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: exchange.redirectUri,
      state: 'a&b=c d',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      token_access_type: 'offline',
      scope: 'members.read team_info.read',
    });
  });

  it('asks for approval again only when told to', () => {
    const url = new URL(authorizeUrl({ ...input, forceReapprove: true }));
    assert.equal(url.searchParams.get('force_reapprove'), 'true');
  });
});

describe('exchangeCode', () => {
  it('posts the code as a form with Basic auth, and nothing in the URL', async () => {
    await withOAuth(
      (_request, response) => json(response, teamAnswer),
      async (oauth, requests) => {
        const grant = await oauth.exchangeCode(exchange);
        const [request] = requests;
        assert.equal(request?.method, 'POST');
        assert.equal(request?.url, '/oauth2/token');
        assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded');
        assert.equal(
          request?.headers.authorization,
          `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        );
        assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
          grant_type: 'authorization_code',
          code: exchange.code,
          redirect_uri: exchange.redirectUri,
          code_verifier: exchange.codeVerifier,
        });
        assert.equal(grant.accessToken, 'sl.canary-access');
        assert.equal(grant.refreshToken, 'canary-refresh');
        assert.equal(grant.teamId, 'dbtid:AAAA');
        assert.deepEqual(grant.scopes, ['members.read', 'team_info.read']);
        assert.ok(Math.abs(grant.expiresAt.getTime() - Date.now() - 14_400_000) < 5_000);
      },
    );
  });

  it('shows a personal account by the team that is not there', async () => {
    const { team_id: _, scope: __, ...personal } = { ...teamAnswer, uid: '12345', account_id: 'dbid:AAAA' };
    await withOAuth(
      (_request, response) => json(response, { ...personal, expires_in: '14400', token_type: 'Bearer' }),
      async (oauth) => {
        const grant = await oauth.exchangeCode(exchange);
        assert.equal('teamId' in grant, false);
        assert.equal('scopes' in grant, false);
        assert.equal(grant.lifetimeMs, 14_400_000);
      },
    );
  });

  it('is refused for a used or expired code', async () => {
    await withOAuth(
      (_request, response) =>
        json(
          response,
          { error: 'invalid_grant', error_description: "code doesn't exist or has expired" },
          { status: 400 },
        ),
      async (oauth) => {
        const failure = await failureOf(oauth.exchangeCode(exchange));
        assert.equal(failure.code, 'dropbox_refused');
        assert.equal(failure.tag, 'invalid_grant');
      },
    );
  });

  it('cannot know whether the code is used up when the answer is lost', async () => {
    await withOAuth(
      (_request, response) => response.socket?.resetAndDestroy(),
      async (oauth) => {
        const failure = await failureOf(oauth.exchangeCode(exchange));
        assert.equal(failure.code, 'dropbox_unreachable');
        assert.equal(failure.outcomeUnknown, true);
      },
    );
  });

  it('does not take an incomplete answer, and quotes nothing of it', async () => {
    for (const spoil of [
      { refresh_token: undefined },
      { expires_in: 'soon' },
      { access_token: '' },
      { token_type: 'mac' },
    ]) {
      await withOAuth(
        (_request, response) => json(response, { ...teamAnswer, ...spoil }),
        async (oauth) => {
          const failure = await failureOf(oauth.exchangeCode(exchange));
          assert.equal(failure.code, 'dropbox_unreadable');
          assert.doesNotMatch(inspect(failure, { depth: null, showHidden: true }), /canary/);
        },
      );
    }
  });
});

describe('refresh', () => {
  it('keeps the refresh token out of the URL and takes a new access token', async () => {
    await withOAuth(
      (_request, response) =>
        json(response, { access_token: 'sl.new', token_type: 'bearer', expires_in: 14400 }),
      async (oauth, requests) => {
        const { accessToken } = await oauth.refresh({ refreshToken: 'canary-refresh' });
        assert.equal(accessToken, 'sl.new');
        assert.equal(requests[0]?.url, '/oauth2/token');
        assert.deepEqual(Object.fromEntries(new URLSearchParams(requests[0]?.body)), {
          grant_type: 'refresh_token',
          refresh_token: 'canary-refresh',
        });
      },
    );
  });

  it('goes by the error field alone', async () => {
    const cases: [number, unknown, string][] = [
      [
        400,
        { error: 'invalid_grant', error_description: 'refresh token is invalid or revoked' },
        'grant_revoked',
      ],
      [400, { error: 'invalid_grant', error_description: 'invalid_client' }, 'grant_revoked'],
      [400, { error: 'invalid_client' }, 'app_credentials_refused'],
      [401, { error: 'invalid_client' }, 'app_credentials_refused'],
      [401, 'who are you', 'app_credentials_refused'],
      [400, { error: 'unsupported_grant_type' }, 'dropbox_rejected_request'],
      [400, 'invalid_grant', 'dropbox_rejected_request'],
      [429, { error: 'invalid_grant' }, 'dropbox_rate_limited'],
      [503, { error: 'invalid_grant' }, 'dropbox_unavailable'],
      [200, '<html>', 'dropbox_unreadable'],
    ];
    for (const [status, body, code] of cases) {
      await withOAuth(
        (_request, response) =>
          typeof body === 'string' ? plain(response, body, { status }) : json(response, body, { status }),
        async (oauth) => {
          const failure = await failureOf(oauth.refresh({ refreshToken: 'canary-refresh' }));
          assert.equal(failure.code, code, `${status} ${JSON.stringify(body)}`);
          assert.equal(failure.route, 'oauth2/token');
          assert.equal(failure.outcomeUnknown, false);
          assert.doesNotMatch(inspect(failure, { depth: null, showHidden: true }), /canary/);
        },
      );
    }
  });
});

describe('revoke', () => {
  const refused = (status: number, tag: string) => ({
    status,
    body: { error_summary: '', error: { '.tag': tag } },
  });

  it('sends the bare access token and no body', async () => {
    await withOAuth(
      (_request, response) => json(response, null),
      async (oauth, requests) => {
        assert.equal(await oauth.revoke({ accessToken: 'sl.old' }), 'revoked');
        assert.equal(requests[0]?.url, '/2/auth/token/revoke');
        assert.equal(requests[0]?.headers.authorization, 'Bearer sl.old');
        assert.equal(requests[0]?.body, '');
      },
    );
  });

  it('is done when the token was dead before', async () => {
    const { status, body } = refused(401, 'invalid_access_token');
    await withOAuth(
      (_request, response) => json(response, body, { status }),
      async (oauth) => assert.equal(await oauth.revoke({ accessToken: 'sl.old' }), 'already_gone'),
    );
  });

  it('cannot be confirmed otherwise', async () => {
    const expired = refused(401, 'expired_access_token');
    await withOAuth(
      (_request, response) => json(response, expired.body, { status: expired.status }),
      async (oauth) =>
        assert.equal((await failureOf(oauth.revoke({ accessToken: 'sl.old' }))).code, 'grant_revoked'),
    );
    await withOAuth(
      (_request, response) => plain(response, 'This API function operates on a single user', { status: 400 }),
      async (oauth) =>
        assert.equal(
          (await failureOf(oauth.revoke({ accessToken: 'sl.old' }))).code,
          'dropbox_rejected_request',
        ),
    );
  });
});
