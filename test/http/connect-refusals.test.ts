import assert from 'node:assert/strict';
import { arrive, authorise, connect, pressAtDropbox } from './connect-steps.ts';
import { ALL_SCOPES, type RunningApi, startApi } from './running-api.ts';

describe('connecting a team is refused, with what to do,', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const begin = async (body: unknown = {}) => (await api.call('POST /v1/authorizations', { body })).json;
  const tokenCalls = () => api.simulator.ledger.calls({ route: 'oauth2/token' }).length;
  const stateOf = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state');

  it('somebody who chose not to', async () => {
    const { authorization } = await authorise({ api, as: 'refuse' });
    assert.equal(authorization.status, 'refused');
    assert.equal(authorization.problem.code, 'access_denied');
    assert.equal(tokenCalls(), 0);
  });

  it('an ordinary member, whom Dropbox sends back', async () => {
    api.simulator.changeSettings({ ordinaryMember: 'access_denied' });
    const { authorization } = await authorise({ api, as: 'member' });
    assert.equal(authorization.status, 'refused');
    assert.match(authorization.problem.nextStep, /Only team admins can install team apps/);
  });

  it('an ordinary member, whom Dropbox keeps: it stays pending, then expires', async () => {
    const { id, authorizeUrl } = await begin();
    assert.equal(await pressAtDropbox({ authorizeUrl, as: 'member' }), null);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'pending');
    api.clock.now = new Date(Date.now() + 601_000);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'expired');
  });

  it('a personal account', async () => {
    const { authorization } = await authorise({ api, as: 'personal' });
    assert.equal(authorization.status, 'refused');
    assert.equal(authorization.problem.code, 'personal_account');
    assert.match(authorization.problem.nextStep, /private window/);
  });

  it('a grant that lacks a scope, naming it', async () => {
    const scopes = ALL_SCOPES.filter((scope) => scope !== 'members.delete' && scope !== 'events.read');
    const { authorization } = await authorise({ api, scopes });
    assert.equal(authorization.problem.code, 'scope_missing');
    assert.match(authorization.problem.detail, /events\.read, members\.delete/);
  });

  it('an admin who is none any more', async () => {
    const { authorizeUrl, id } = await begin();
    const location = await pressAtDropbox({ authorizeUrl, as: 'admin:0' });
    const { admin } = api.simulator.team();
    api.simulator.byHand.setRoles({ teamMemberId: admin?.teamMemberId ?? '', roles: [] });
    await arrive(location ?? '');
    const { problem } = (await api.call(`GET /v1/authorizations/${id}`)).json;
    assert.equal(problem.code, 'not_team_admin');
  });

  it('a team that is connected already', async () => {
    await connect({ api });
    const { authorization } = await authorise({ api });
    assert.equal(authorization.status, 'refused');
    assert.equal(authorization.problem.code, 'already_connected');
    assert.match(authorization.problem.detail, /corp-dropbox/);
  });

  it('a team that was connected while this one waited for its name', async () => {
    const first = await authorise({ api });
    await connect({ api });
    const late = await api.call('POST /v1/connections', {
      body: { authorizationId: first.id, name: 'Late' },
    });
    assert.deepEqual([late.status, late.json.code], [409, 'already_connected']);
  });

  it('a code that Dropbox does not take', async () => {
    const { authorizeUrl, id } = await begin();
    await arrive(`${api.url}/oauth/dropbox/callback?code=made-up&state=${stateOf(authorizeUrl)}`);
    const { status, problem } = (await api.call(`GET /v1/authorizations/${id}`)).json;
    assert.deepEqual([status, problem.code], ['refused', 'code_refused']);
  });
});
