import assert from 'node:assert/strict';
import { arrive, pressAtDropbox } from './connect-steps.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('the callback answers 400 and asks Dropbox for nothing', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const begin = async (body: unknown = {}) => (await api.call('POST /v1/authorizations', { body })).json;
  const tokenCalls = () => api.simulator.ledger.calls({ route: 'oauth2/token' }).length;
  const stateOf = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state');

  const refused = async (location: string) => {
    const before = tokenCalls();
    const answer = await arrive(location);
    assert.equal(answer.status, 400);
    assert.match(answer.headers.get('content-type') ?? '', /text\/html/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(tokenCalls(), before);
  };

  it('to a forged state', async () => {
    await begin();
    await refused(`${api.url}/oauth/dropbox/callback?code=abc&state=${'x'.repeat(43)}`);
  });

  it('to a state that was used, however it ended', async () => {
    const { authorizeUrl } = await begin();
    const location = (await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '';
    assert.equal((await arrive(location)).status, 303);
    await refused(location);
  });

  it('to a state that is older than ten minutes', async () => {
    const { authorizeUrl, id } = await begin();
    const location = (await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '';
    api.clock.now = new Date(Date.now() + 601_000);
    await refused(location);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'expired');
  });

  it('to parameters that are missing, doubled or unreadable', async () => {
    const { authorizeUrl } = await begin();
    const state = stateOf(authorizeUrl);
    const callback = `${api.url}/oauth/dropbox/callback`;
    for (const query of [
      '',
      '?code=abc',
      `?state=${state}`,
      `?code=a&state=${state}&state=${state}`,
      `?code=%00&state=${state}`,
      '?code=a&state=%E0%A4%A',
    ]) {
      await refused(`${callback}${query}`);
    }
    // None of these used the state up.
    assert.equal((await arrive((await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '')).status, 303);
  });

  it('to all but one of many callbacks at the same moment', async () => {
    const { authorizeUrl } = await begin();
    const location = (await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '';
    const answers = await Promise.all(Array.from({ length: 8 }, () => arrive(location)));
    assert.equal(answers.filter(({ status }) => status === 303).length, 1);
    assert.equal(tokenCalls(), 1);
  });

  it('does not let a HEAD request use the state up', async () => {
    const { authorizeUrl } = await begin();
    const location = (await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '';
    assert.equal((await fetch(location, { method: 'HEAD' })).status, 405);
    assert.equal((await arrive(location)).status, 303);
  });
});
