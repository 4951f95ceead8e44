import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, type ConnectedApp, connectedApp } from './connected-app.ts';

describe('the simulator is as strict as Dropbox', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  before(async () => {
    simulator = await startSimulator({ teamSize: 20, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  after(() => simulator.close());

  const post = (route: string, { headers = {}, body }: { headers?: Record<string, string>; body?: string }) =>
    fetch(`${simulator.origin}/2/${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.accessToken}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const json = { 'content-type': 'application/json' };

  async function refusedInPlainText(answer: Response): Promise<string> {
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
    return answer.text();
  }

  it('gives every answer a request id and the type of its body', async () => {
    const good = await post('team/get_info', {});
    assert.match(good.headers.get('x-dropbox-request-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal(good.headers.get('content-type'), 'application/json');
    assert.equal(good.headers.get('cache-control'), 'no-cache');
    const bad = await post('team/members/recover', { headers: json, body: '{}' });
    assert.match(bad.headers.get('x-dropbox-request-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal(bad.headers.get('content-disposition'), "attachment; filename='error'");
  });

  it('answers what is wrong with a request in plain text', async () => {
    const member = { member_email: 'a@corp.example' };
    const wrong: [string, unknown][] = [
      ['team/members/list_v2', { limit: 0 }],
      ['team/members/list_v2', { limit: 1001 }],
      ['team/members/list_v2', { limit: '10' }],
      ['team/members/list_v2', { include_removed: 'yes' }],
      ['team/members/list_v2', []],
      ['team/members/list/continue_v2', {}],
      ['team/members/get_info_v2', { members: [{ '.tag': 'account_id', account_id: 'dbid:1' }] }],
      ['team/members/get_info_v2', { members: [{ '.tag': 'email' }] }],
      ['team/members/get_info_v2', { members: [byEmail('no address')] }],
      ['team/members/add_v2', { new_members: Array.from({ length: 21 }, () => member) }],
      ['team/members/add_v2', { new_members: [{ ...member, member_external_id: 'x'.repeat(65) }] }],
      ['team/members/add_v2', { new_members: [{ ...member, member_given_name: 'a/b' }] }],
      ['team/members/add_v2', { new_members: [{ ...member, member_surname: 'x'.repeat(51) }] }],
      ['team/members/add_v2', { new_members: [{ ...member, role_ids: ['pid_dbtmr:1', 'pid_dbtmr:2'] }] }],
      ['team/members/add_v2', { new_members: [{}] }],
      ['team/members/remove', { user: byEmail('a@corp.example'), wipe_data: 0 }],
      ['team/members/remove', { user: 'a@corp.example' }],
      ['team/members/add/job_status/get_v2', { async_job_id: '' }],
    ];
    for (const [route, body] of wrong) {
      const answer = await app.call(route, body);
      assert.equal(answer.status, 400, `${route} ${JSON.stringify(body)}`);
      assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.ok(answer.text.startsWith(`Error in call to API function "${route}": `), answer.text);
    }
  });

  it('takes twenty adds in one call', async () => {
    const new_members = Array.from({ length: 20 }, (_, index) => ({
      member_email: `n${index}@corp.example`,
    }));
    const { complete } = await app.json<{ complete: unknown[] }>('team/members/add_v2', { new_members });
    assert.equal(complete.length, 20);
  });

  it('wants JSON with its type, and a POST', async () => {
    await refusedInPlainText(await post('team/members/list_v2', { headers: json, body: '{"limit": ' }));
    await refusedInPlainText(
      await post('team/members/list_v2', { headers: { 'content-type': 'text/html' }, body: '{}' }),
    );
    await refusedInPlainText(await post('team/members/list_v2', {}));
    await refusedInPlainText(await fetch(`${simulator.origin}/2/team/get_info`));
    assert.match(await refusedInPlainText(await post('team/no_such_route', {})), /Unknown API function/);
  });

  it('takes nothing, null and {} where there is no argument, and nothing else', async () => {
    assert.equal((await post('team/get_info', {})).status, 200);
    assert.equal((await post('team/get_info', { headers: json, body: 'null' })).status, 200);
    assert.equal((await post('team/get_info', { headers: json, body: '{}' })).status, 200);
    await refusedInPlainText(await post('team/get_info', { headers: json, body: '{"a": 1}' }));
  });

  it('ignores fields it does not know, as Dropbox does, and notes them in the ledger', async () => {
    const answer = await app.call('team/members/remove', {
      user: byEmail('x@corp.example'),
      wipe_Data: false,
    });
    assert.equal(answer.status, 409);
    assert.deepEqual(simulator.ledger.calls({ route: 'team/members/remove' }).at(-1)?.unknownFields, [
      'wipe_Data',
    ]);
  });

  it('answers 401 without a good token, and 409 with the tag of the route', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer sl.nonsense',
      'Basic YTpi',
      `Bearer ${app.accessToken}x`,
    ]) {
      const answer = await post('team/get_info', { headers: { authorization } });
      assert.equal(answer.status, 401);
      assert.equal(JSON.parse(await answer.text()).error['.tag'], 'invalid_access_token');
    }
    const refusal = await app.call('team/members/recover', { user: byEmail('nobody@corp.example') });
    assert.equal(refusal.status, 409);
    const { error, error_summary: summary } = JSON.parse(refusal.text);
    assert.deepEqual(error, { '.tag': 'user_not_found' });
    assert.match(summary, /^user_not_found\/\.{0,3}$/);
  });

  it('tells a scope that the app lacks (400 text) from one that the token lacks (401)', async () => {
    const { accessToken } = simulator.issueTokens({ scopes: ['team_info.read', 'members.read'] });
    const reader = connectedApp({ simulator, accessToken });
    const missing = await reader.call('team/members/remove', { user: byEmail('x@corp.example') });
    assert.equal(missing.status, 401);
    assert.deepEqual(JSON.parse(missing.text).error, {
      '.tag': 'missing_scope',
      required_scope: 'members.delete',
    });
    const { appScopes } = simulator.settings;
    simulator.changeSettings({ appScopes: appScopes.filter((scope) => scope !== 'members.delete') });
    const disabled = await reader.call('team/members/remove', { user: byEmail('x@corp.example') });
    simulator.changeSettings({ appScopes });
    assert.equal(disabled.status, 400);
    assert.match(disabled.text, /does not have the required scope 'members.delete'/);
    assert.equal((await reader.call('team/members/list_v2', {})).status, 200);
  });

  it('limits the calls of a team by the minute, by its own clock', async () => {
    simulator.changeSettings({ rateLimitPerMinute: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await app.call('team/get_info')).status);
    assert.deepEqual(statuses, [200, 200, 429, 429]);
    simulator.advanceClock(61_000);
    assert.equal((await app.call('team/get_info')).status, 200);
    simulator.changeSettings({ rateLimitPerMinute: null });
  });

  it('keeps tokens, codes and secrets out of the ledger', async () => {
    const { refreshToken } = simulator.issueTokens();
    await fetch(`${simulator.origin}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: simulator.appKey,
        client_secret: simulator.appSecret,
      }),
    });
    const text = JSON.stringify(simulator.ledger.calls());
    for (const secret of [app.accessToken, refreshToken, simulator.appSecret])
      assert.equal(text.includes(secret), false);
    assert.match(simulator.ledger.calls({ route: 'team/get_info' }).at(-1)?.tokenId ?? '', /^.{12}$/);
  });
});
