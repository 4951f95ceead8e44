import assert from 'node:assert/strict';
import { readConfig, readRoleConfig } from '../../../src/config.ts';
import { describeChildren, STOP_WITHIN_MS } from '../../../src/main/startup/children.ts';
import type { ChildSpec } from '../../../src/main/supervision/child-spec.ts';

const PORTS = { postgres: 1, temporal: 2, temporalUi: 3, simulator: 4, workerMetrics: 5 };
const secret = (value: string) => ({ value, file: undefined });
const SECRETS = {
  ADMIN_API_KEY: secret('sk_0123456789abcdef0123456789'),
  ENCRYPTION_KEYS: secret(`a:${Buffer.alloc(32).toString('base64')}`),
  CODEC_TOKEN: secret('c'.repeat(43)),
};
const ANNOUNCED = {
  postgres: { url: 'postgres://seatkeeper:pw@127.0.0.1:1/seatkeeper' },
  temporal: { address: '127.0.0.1:2', uiUrl: 'http://localhost:3' },
  simulator: { origin: 'http://127.0.0.1:4', appKey: 'simulated', appSecret: 'simulated-secret' },
};

const children = (env: NodeJS.ProcessEnv): ChildSpec[] =>
  describeChildren({ config: readConfig(env), env, ports: PORTS, secrets: SECRETS });
const names = (env: NodeJS.ProcessEnv): string[] => children(env).map(({ name }) => name);
const named = ({ env, name }: { env: NodeJS.ProcessEnv; name: string }): ChildSpec => {
  const spec = children(env).find((child) => child.name === name);
  assert.ok(spec);
  return spec;
};

describe('the children of npm start', () => {
  const app = { DROPBOX_APP_KEY: 'abcdef', DROPBOX_APP_SECRET: 'secret' };

  it('are all there by default, and stop in the order API, worker, simulator, Temporal, PostgreSQL', () => {
    assert.deepEqual(names({}).reverse(), ['api', 'worker', 'simulator', 'temporal', 'postgres']);
  });

  it('leave out what the environment names', () => {
    assert.deepEqual(names({ DATABASE_URL: 'postgres://db/seats' }), [
      'temporal',
      'simulator',
      'worker',
      'api',
    ]);
    assert.deepEqual(names({ TEMPORAL_ADDRESS: 'temporal:7233' }), [
      'postgres',
      'simulator',
      'worker',
      'api',
    ]);
    assert.deepEqual(names(app), ['postgres', 'temporal', 'worker', 'api']);
  });

  it('never include the simulator when there is an app key', () => {
    assert.ok(!names({ ...app, SIMULATOR_TEAM_SIZE: '10' }).includes('simulator'));
  });

  it('start the API after every part, and the worker after the API, which migrates', () => {
    assert.deepEqual(named({ env: {}, name: 'api' }).after, ['postgres', 'temporal', 'simulator']);
    assert.deepEqual(named({ env: {}, name: 'worker' }).after, ['api']);
  });

  it('can all have their time to drain within twenty seconds', () => {
    const total = children({}).reduce((sum, { stopWithinMs }) => sum + stopWithinMs, 0);
    assert.ok(total <= STOP_WITHIN_MS);
    assert.ok(STOP_WITHIN_MS < 20_000);
  });

  it('get a whole configuration out of what the parts announced', () => {
    const env = named({ env: { PORT: '8123', EMAIL_HOLD: 'PT5S' }, name: 'worker' }).env(ANNOUNCED);
    const config = readRoleConfig(env);
    assert.equal(config.databaseUrl, ANNOUNCED.postgres.url);
    assert.equal(config.temporal.address, '127.0.0.1:2');
    assert.equal(config.temporal.uiUrl, 'http://localhost:3');
    assert.deepEqual(config.dropbox.app, { key: 'simulated', secret: 'simulated-secret' });
    assert.equal(config.dropbox.apiOrigin, 'http://127.0.0.1:4');
    assert.equal(config.publicUrl, 'http://localhost:8123');
    assert.equal(config.emailHoldMs, 5_000);
    assert.equal(config.codecToken, SECRETS.CODEC_TOKEN.value);
  });

  it("keep another server's key and certificates away from the local Temporal server, and only from that", () => {
    const given = { TEMPORAL_API_KEY: 'key', TEMPORAL_TLS_SERVER_NAME: 'corp' };
    const local = named({ env: given, name: 'worker' }).env(ANNOUNCED);
    assert.equal(local.TEMPORAL_API_KEY, undefined);
    assert.equal(local.TEMPORAL_TLS_SERVER_NAME, undefined);
    const { temporal: _, ...announced } = ANNOUNCED;
    const remote = named({ env: { ...given, TEMPORAL_ADDRESS: 'corp:7233' }, name: 'worker' }).env(announced);
    assert.equal(remote.TEMPORAL_API_KEY, 'key');
    assert.equal(remote.TEMPORAL_ADDRESS, 'corp:7233');
  });

  it('give the simulator the hold of the product as its recovery window, and the size that was asked for', () => {
    const env = { EMAIL_HOLD: 'PT5S', SIMULATOR_TEAM_SIZE: '2500' };
    const settings = JSON.parse(named({ env, name: 'simulator' }).args.at(-1) ?? '{}') as Record<
      string,
      unknown
    >;
    assert.equal(settings.recoverWindowMs, 5_000);
    assert.equal(settings.teamSize, 2_500);
  });
});
