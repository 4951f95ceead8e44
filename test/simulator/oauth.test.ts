import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { clickThrough } from './click-through.ts';
import { connectedApp } from './connected-app.ts';

const CALLBACK = 'http://localhost:8080/oauth/dropbox/callback';

interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  scope: string;
  team_id?: string;
  account_id?: string;
  uid: string;
  error?: string;
}

describe('the simulated authorisation', () => {
  let simulator: Simulator;
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  beforeEach(async () => {
    simulator = await startSimulator({ teamSize: 20 });
  });
  afterEach(() => simulator.close());

  const urlWith = (change: Record<string, string | undefined> = {}): string => {
    const parameters = {
      client_id: simulator.appKey,
      response_type: 'code',
      redirect_uri: CALLBACK,
      state: 'st&te=<1>',
      scope: 'team_info.read members.read members.write',
      token_access_type: 'offline',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      force_reapprove: 'true',
      ...change,
    };
    const given = Object.entries(parameters).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return `${simulator.origin}/oauth2/authorize?${new URLSearchParams(given)}`;
  };

  const token = async (parameters: Record<string, string>, { secret = simulator.appSecret } = {}) => {
    const basic = Buffer.from(`${simulator.appKey}:${secret}`).toString('base64');
    const response = await fetch(`${simulator.origin}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(parameters),
    });
    return { status: response.status, body: (await response.json()) as TokenAnswer };
  };

  const codeFor = async (as: string, rest: { without?: string[]; url?: string } = {}): Promise<string> => {
    const { location } = await clickThrough({
      authorizeUrl: rest.url ?? urlWith(),
      as,
      without: rest.without ?? [],
    });
    return location?.searchParams.get('code') ?? '';
  };

  const exchange = (code: string, change: Record<string, string> = {}) =>
    token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      ...change,
    });

  it('lets an admin grant a team token that is refreshed without a new refresh token', async () => {
    const { status, location } = await clickThrough({ authorizeUrl: urlWith(), as: 'admin:0' });
    assert.equal(status, 302);
    assert.equal(location?.origin + (location?.pathname ?? ''), CALLBACK);
    assert.equal(location?.searchParams.get('state'), 'st&te=<1>');
    assert.equal(location?.searchParams.get('team_id'), simulator.team().id);
    const { status: exchanged, body } = await exchange(location?.searchParams.get('code') ?? '');
    assert.equal(exchanged, 200);
    assert.match(body.access_token, /^sl\./);
    assert.equal(body.expires_in, 14_400);
    assert.equal(body.team_id, simulator.team().id);
    assert.equal(body.scope, 'team_info.read members.read members.write');
    assert.equal('account_id' in body, false);
    const refreshed = await token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
    assert.equal('refresh_token' in refreshed.body, false);
    for (const accessToken of [body.access_token, refreshed.body.access_token]) {
      assert.equal((await connectedApp({ simulator, accessToken }).call('team/get_info')).status, 200);
    }
  });

  it('lets the person choose another team', async () => {
    const { body } = await exchange(await codeFor('admin:1'));
    assert.equal(body.team_id, simulator.team(1).id);
    const app = connectedApp({ simulator, accessToken: body.access_token });
    assert.equal((await app.json<{ name: string }>('team/get_info')).name, 'Corp Labs');
  });

  it('grants only the scopes that stayed ticked', async () => {
    const { body } = await exchange(await codeFor('admin:0', { without: ['members.write'] }));
    assert.equal(body.scope, 'team_info.read members.read');
  });

  it('sends a refusal back, and leaves an ordinary member at a dead end unless set otherwise', async () => {
    const refused = await clickThrough({ authorizeUrl: urlWith(), as: 'refuse' });
    assert.equal(refused.location?.searchParams.get('error'), 'access_denied');
    assert.equal(refused.location?.searchParams.get('state'), 'st&te=<1>');
    const member = await clickThrough({ authorizeUrl: urlWith(), as: 'member' });
    assert.equal(member.location, null);
    assert.match(member.html, /Only admins can install team apps/);
    simulator.changeSettings({ ordinaryMember: 'access_denied' });
    const told = await clickThrough({ authorizeUrl: urlWith(), as: 'member' });
    assert.equal(told.location?.searchParams.get('error'), 'access_denied');
  });

  it('gives a personal account a token that no team route takes, or no code at all', async () => {
    const { body } = await exchange(await codeFor('personal'));
    assert.equal(body.account_id?.length, 40);
    assert.equal('team_id' in body, false);
    const answer = await connectedApp({ simulator, accessToken: body.access_token }).call('team/get_info');
    assert.equal(answer.status, 400);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    simulator.changeSettings({ personalAccount: 'dead_end' });
    assert.equal((await clickThrough({ authorizeUrl: urlWith(), as: 'personal' })).location, null);
  });

  it('shows an error page, and redirects nowhere, when the request itself is wrong', async () => {
    const wrong: Record<string, string | undefined>[] = [
      { client_id: 'somebody-else' },
      { response_type: 'token' },
      { redirect_uri: 'https://evil.example/callback' },
      { redirect_uri: 'javascript:alert(1)' },
      { scope: '' },
      { scope: 'files.content.read' },
      { state: 'x'.repeat(501) },
      { code_challenge: 'short' },
      { token_access_type: 'forever' },
    ];
    for (const change of wrong) {
      const { status, location } = await clickThrough({ authorizeUrl: urlWith(change), as: 'admin:0' });
      assert.equal(status, 400, JSON.stringify(change));
      assert.equal(location, null);
    }
  });

  it('takes only registered redirect addresses when there are some', async () => {
    const strict = await startSimulator({
      teamSize: 5,
      redirectUris: ['https://seats.corp.example/callback'],
    });
    try {
      const status = async (redirect: string) =>
        (await fetch(urlWith({ redirect_uri: redirect }).replace(simulator.origin, strict.origin))).status;
      assert.equal(await status('https://seats.corp.example/callback'), 200);
      assert.equal(await status(CALLBACK), 400);
    } finally {
      await strict.close();
    }
  });

  it('takes a code once, for ten minutes, with its redirect address and its verifier', async () => {
    const code = await codeFor('admin:0');
    assert.equal((await exchange(code, { redirect_uri: `${CALLBACK}/` })).body.error, 'invalid_grant');
    assert.equal((await exchange(code, { code_verifier: 'x'.repeat(43) })).body.error, 'invalid_grant');
    assert.equal(
      (await token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })).status,
      400,
    );
    assert.equal((await exchange(code)).status, 200);
    assert.equal((await exchange(code)).body.error, 'invalid_grant');
    const late = await codeFor('admin:0');
    simulator.advanceClock(600_000);
    assert.equal((await exchange(late)).body.error, 'invalid_grant');
  });

  it('refuses a wrong secret and unknown kinds of grant with OAuth errors', async () => {
    const wrong = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, { secret: 'guess' });
    assert.equal(wrong.status, 401);
    assert.equal(wrong.body.error, 'invalid_client');
    assert.equal((await token({ grant_type: 'password' })).body.error, 'unsupported_grant_type');
    assert.equal((await token({})).body.error, 'invalid_request');
    assert.equal(
      (await token({ grant_type: 'refresh_token', refresh_token: 'x' })).body.error,
      'invalid_grant',
    );
  });

  it('gives no refresh token for online access, and takes a public client with PKCE', async () => {
    const code = await codeFor('admin:0', { url: urlWith({ token_access_type: undefined }) });
    const parameters = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      client_id: simulator.appKey,
    };
    const response = await fetch(`${simulator.origin}/oauth2/token?${new URLSearchParams(parameters)}`, {
      method: 'POST',
    });
    const body = (await response.json()) as TokenAnswer;
    assert.equal(response.status, 200);
    assert.equal('refresh_token' in body, false);
  });

  it('lets access run out, be taken away in parts, and be taken away whole', async () => {
    const { accessToken, refreshToken } = simulator.issueTokens();
    const app = connectedApp({ simulator, accessToken });
    const tagNow = async () => {
      const { status, text } = await app.call('team/get_info');
      return status === 200 ? 'ok' : `${status} ${JSON.parse(text).error['.tag']}`;
    };
    const refresh = async () =>
      (await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).body;
    assert.equal(await tagNow(), 'ok');
    simulator.access.expireAccessTokens();
    assert.equal(await tagNow(), '401 expired_access_token');
    const fresh = connectedApp({ simulator, accessToken: (await refresh()).access_token });
    simulator.access.dropScope({ scope: 'members.read' });
    assert.equal((await fresh.call('team/get_info')).status, 200);
    assert.match((await fresh.call('team/members/list_v2', {})).text, /missing_scope/);
    simulator.access.revokeRefreshTokens();
    assert.equal((await refresh()).error, 'invalid_grant');
    assert.equal((await fresh.call('team/get_info')).status, 200);
    simulator.access.removeApp();
    assert.match((await fresh.call('team/get_info')).text, /invalid_access_token/);
    const later = connectedApp({ simulator });
    simulator.advanceClock(14_400_000);
    assert.match((await later.call('team/get_info')).text, /expired_access_token/);
  });

  it('reports an admin who was demoted, and keeps or drops the token as set', async () => {
    const app = connectedApp({ simulator });
    simulator.byHand.setRoles({ email: simulator.team().admin?.email ?? '', roles: [] });
    const answer = await app.call('team/token/get_authenticated_admin');
    assert.equal(answer.status, 409);
    assert.match(answer.text, /admin_not_active/);
    simulator.changeSettings({ adminInactiveKeepsTokenAlive: false });
    assert.equal((await app.call('team/get_info')).status, 401);
  });

  it('takes or refuses revocation by a team token, as set', async () => {
    simulator.changeSettings({ revokeAcceptsTeamToken: false });
    const app = connectedApp({ simulator });
    assert.equal((await app.call('auth/token/revoke')).status, 400);
    simulator.changeSettings({ revokeAcceptsTeamToken: true });
    assert.deepEqual(await app.call('auth/token/revoke').then(({ status, text }) => [status, text]), [
      200,
      'null',
    ]);
    assert.equal((await app.call('auth/token/revoke')).status, 401);
  });
});
