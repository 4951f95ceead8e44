import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { connectedApp } from './connected-app.ts';

describe('the controls over HTTP', () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator({ teamSize: 40, settings: { asyncProbability: 0 } });
  });
  afterEach(() => simulator.close());

  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${simulator.origin}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const get = async <Result>(path: string): Promise<Result> => JSON.parse((await send('GET', path)).text);
  const done = async (path: string, body: object) =>
    assert.equal((await send('POST', path, body)).status, 204, path);

  it('are described in plain words', async () => {
    const { status, text } = await send('GET', '');
    assert.equal(status, 200);
    assert.match(text, /the invited person joins/);
  });

  it('play a person from invitation to return', async () => {
    const email = 'ada@corp.example';
    const status = async () => {
      const { members } = await get<{ members: { profile: { status: { '.tag': string } } }[] }>(
        `/members?email=${email}`,
      );
      return members[0]?.profile.status['.tag'];
    };
    assert.equal(await status(), undefined);
    await done('/members/add', { email, externalId: 'E1' });
    assert.equal(await status(), 'invited');
    await done('/members/accept', { email, givenName: 'Ada', surname: 'Lovelace' });
    assert.equal(await status(), 'active');
    await done('/members/suspend', { externalId: 'E1' });
    assert.equal(await status(), 'suspended');
    await done('/members/unsuspend', { email });
    await done('/members/edit', { email, newGivenName: 'Augusta' });
    await done('/members/roles', { email, roles: ['Team'] });
    await done('/members/remove', { email });
    assert.equal(await status(), 'removed');
    await done('/members/recover', { email });
    const { effects, position } = await get<{
      effects: { kind: string; by: string; seq: number }[];
      position: number;
    }>(`/ledger?email=${email}`);
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['add', 'join', 'suspend', 'unsuspend', 'set_profile', 'set_roles', 'remove', 'recover'],
    );
    assert.ok(effects.every(({ by }) => by === 'hand'));
    assert.deepEqual((await get<{ effects: unknown[] }>(`/ledger?since=${position}`)).effects, []);
  });

  it('say what was wrong with them', async () => {
    for (const [method, path, body] of [
      ['POST', '/members/accept', { email: 'nobody@corp.example' }],
      ['POST', '/members/remove', {}],
      ['POST', '/clock', { advanceMs: 'soon' }],
      ['POST', '/faults', { route: 'x' }],
      ['POST', '/faults', { route: 'x', fault: { kind: 'earthquake' } }],
      ['PATCH', '/settings', { asyncProbabilty: 1 }],
      ['PATCH', '/settings', { asyncProbability: 'often' }],
      ['PATCH', '/settings', { jobOutcome: 'fine' }],
      ['GET', '/members?team=9', undefined],
    ] as const) {
      const { status, text } = await send(method, path, body);
      assert.equal(status, 400, path);
      assert.ok(JSON.parse(text).error.length > 5);
    }
    assert.equal((await send('GET', '/nothing')).status, 404);
  });

  it('move time, seats, settings and faults', async () => {
    await send('POST', '/clock', { advanceMs: 86_400_000 });
    assert.ok(simulator.nowMs() - Date.now() > 86_000_000);
    await send('POST', '/licences', { licences: 99 });
    assert.equal(simulator.team().licences, 99);
    await send('PATCH', '/settings', {
      asyncProbability: 1,
      cursorLifetimeMs: 5,
      cursorLifetimeMs2: undefined,
    });
    assert.equal(simulator.settings.asyncProbability, 1);
    const app = connectedApp({ simulator });
    const { text } = await send('POST', '/faults', {
      route: 'team/get_info',
      fault: { kind: 'server_error' },
    });
    assert.equal((await app.call('team/get_info')).status, 503);
    await send('DELETE', `/faults/${JSON.parse(text).id}`);
    assert.equal((await app.call('team/get_info')).status, 200);
    const { calls } = await get<{ calls: { status: number; fault: string | null; team: string }[] }>(
      '/ledger?route=team/get_info',
    );
    assert.deepEqual(
      calls.map(({ status, fault }) => [status, fault]),
      [
        [503, 'server_error'],
        [200, null],
      ],
    );
    assert.equal(calls[1]?.team, simulator.team().id);
    await send('DELETE', '/ledger');
    assert.deepEqual((await get<{ calls: unknown[] }>('/ledger')).calls, []);
  });

  it('take access away', async () => {
    const app = connectedApp({ simulator });
    await done('/access/drop-scope', { scope: 'team_info.read' });
    assert.match((await app.call('team/get_info')).text, /missing_scope/);
    await done('/access/expire-access-tokens', {});
    assert.match((await app.call('team/get_info')).text, /expired_access_token/);
    await done('/access/revoke-refresh-tokens', {});
    await done('/access/remove-app', {});
    assert.match((await app.call('team/get_info')).text, /invalid_access_token/);
    await done('/jobs/forget', {});
    const { grants } = await get<{ grants: { revoked: boolean }[] }>('/state');
    assert.deepEqual(
      grants.map(({ revoked }) => revoked),
      [true],
    );
  });
});
