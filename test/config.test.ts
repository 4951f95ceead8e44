import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { ConfigError, readConfig, readRoleConfig } from '../src/config.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const DAY_MS = 86_400_000;

describe('the configuration', () => {
  it('has the defaults of the table in the README', () => {
    const config = readConfig({});
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 8080);
    assert.equal(config.publicUrl, 'http://localhost:8080');
    assert.equal(config.dataDir, resolve('.data'));
    assert.equal(config.databaseUrl, undefined);
    assert.equal(config.temporal.address, undefined);
    assert.equal(config.dropbox.app, undefined);
    assert.equal(config.dropbox.apiOrigin, 'https://api.dropboxapi.com');
    assert.equal(config.dropbox.webOrigin, 'https://www.dropbox.com');
    assert.deepEqual(config.dropbox.scopes.slice(-2), ['members.write', 'members.delete']);
    assert.equal(config.emailHoldMs, 7 * DAY_MS);
    assert.equal(config.dormantAfterMs, 60 * DAY_MS);
    assert.equal(config.rateLimitPerMinute, 600);
    assert.equal(config.logLevel, 'info');
    assert.deepEqual(config.encryptionKeys, []);
  });

  it('cannot be changed once it is read, at any depth', () => {
    const config = readConfig({
      ENCRYPTION_KEYS: `a:${KEY}`,
      DROPBOX_APP_KEY: 'key',
      DROPBOX_APP_SECRET: 'secret',
    });
    const parts = [config, config.temporal, config.temporal.env, config.dropbox, config.dropbox.app];
    for (const part of [...parts, config.dropbox.scopes, config.encryptionKeys, config.encryptionKeys[0]]) {
      assert.equal(Object.isFrozen(part), true);
    }
  });

  it('takes an empty value for unset, as Compose files pass it on', () => {
    assert.equal(readConfig({ PORT: '', DATABASE_URL: ' ', EMAIL_HOLD: '' }).port, 8080);
  });

  it('follows PORT with PUBLIC_URL, and takes the trailing slash away', () => {
    assert.equal(readConfig({ PORT: '8081' }).publicUrl, 'http://localhost:8081');
    assert.equal(
      readConfig({ PUBLIC_URL: 'https://corp.example/seats/' }).publicUrl,
      'https://corp.example/seats',
    );
  });

  it('reads ISO 8601 durations into milliseconds', () => {
    const read = (value: string): number => readConfig({ EMAIL_HOLD: value }).emailHoldMs;
    assert.equal(read('P7D'), 7 * DAY_MS);
    assert.equal(read('PT15S'), 15_000);
    assert.equal(read('PT0.5S'), 500);
    assert.equal(read('P1DT2H3M4S'), DAY_MS + 2 * 3_600_000 + 3 * 60_000 + 4_000);
    assert.equal(read('P2W'), 14 * DAY_MS);
    assert.equal(read('PT90M'), 90 * 60_000);
  });

  it('reads several encryption keys in their order', () => {
    const other = Buffer.alloc(32, 9);
    const { encryptionKeys } = readConfig({ ENCRYPTION_KEYS: `new:${KEY},old:${other.toString('base64')}` });
    assert.deepEqual(
      encryptionKeys.map(({ id }) => id),
      ['new', 'old'],
    );
    assert.deepEqual(encryptionKeys[1]?.key, other);
  });

  it("passes the Temporal SDK's own variables on, and not ours", () => {
    const { temporal } = readConfig({
      TEMPORAL_ADDRESS: 'temporal.corp.example:7233',
      TEMPORAL_TLS_SERVER_NAME: 'corp',
      TEMPORAL_UI_URL: 'https://ui.corp.example/',
      TEMPORAL_PROFILE: 'prod',
      OTHER: 'x',
    });
    assert.deepEqual(temporal.env, {
      TEMPORAL_ADDRESS: 'temporal.corp.example:7233',
      TEMPORAL_TLS_SERVER_NAME: 'corp',
      TEMPORAL_PROFILE: 'prod',
    });
    assert.equal(temporal.uiUrl, 'https://ui.corp.example');
    assert.equal(temporal.profile, 'prod');
  });

  const wrong: [variable: string, value: string, problem: RegExp][] = [
    ['HOST', 'two words', /address or a name/],
    ['PORT', '80a', /whole number from 1 to 65535/],
    ['PORT', '0', /whole number/],
    ['PORT', '65536', /whole number/],
    ['PUBLIC_URL', 'corp.example', /begins with http/],
    ['PUBLIC_URL', 'https://corp.example/?a=b', /query/],
    ['PUBLIC_URL', 'https://me:pw@corp.example', /user name or password/],
    ['DATABASE_URL', 'mysql://localhost/seatkeeper', /PostgreSQL/],
    ['DATABASE_URL', 'postgres://localhost', /name a database/],
    ['TEMPORAL_ADDRESS', 'http://localhost:7233', /host:port/],
    ['TEMPORAL_NAMESPACE', 'a b', /namespace/],
    ['TEMPORAL_UI_URL', 'localhost:8233', /begins with http/],
    ['DROPBOX_APP_KEY', 'a key', /app key/],
    ['DROPBOX_APP_SECRET', 'a secret', /app secret/],
    ['DROPBOX_SCOPES', 'members', /scopes/],
    ['DROPBOX_API_ORIGIN', 'https://api.dropboxapi.com/2', /origin, without a path/],
    ['DROPBOX_WEB_ORIGIN', 'ftp://dropbox.com', /begins with http/],
    ['SIMULATOR_TEAM_SIZE', '0', /whole number/],
    ['SIMULATOR_LICENCES', 'many', /whole number/],
    ['SIMULATOR_SEED', '-1', /whole number/],
    ['ADMIN_API_KEY', 'short', /at least 16 characters/],
    ['ENCRYPTION_KEYS', 'secret', /32 bytes in base64/],
    ['ENCRYPTION_KEYS', `a:${KEY},a:${KEY}`, /twice/],
    ['CODEC_TOKEN', 'abc', /at least 43/],
    ['EMAIL_HOLD', 'P1M', /years or months/],
    ['EMAIL_HOLD', 'P1Y', /years or months/],
    ['EMAIL_HOLD', '7 days', /ISO 8601/],
    ['EMAIL_HOLD', 'P', /ISO 8601/],
    ['EMAIL_HOLD', 'P1DT', /ISO 8601/],
    ['EMAIL_HOLD', 'PT0S', /longer than nothing/],
    ['EMAIL_HOLD', 'P99999D', /ten years/],
    ['DORMANT_AFTER', '60', /ISO 8601/],
    ['RATE_LIMIT_PER_MINUTE', '-1', /whole number from 0/],
    ['LOG_LEVEL', 'loud', /one of trace, debug/],
  ];
  for (const [variable, value, problem] of wrong) {
    it(`refuses ${variable}=${value} in one sentence that names the variable, the problem and an example`, () => {
      assert.throws(
        () => readConfig({ [variable]: value }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.equal(error.variable, variable);
          assert.match(error.message, problem);
          assert.ok(error.message.startsWith(`${variable} `));
          assert.ok(error.message.includes(`for example ${variable}=`));
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
  }

  it('refuses an app key without its secret, and a secret without its key', () => {
    assert.throws(
      () => readConfig({ DROPBOX_APP_KEY: 'abcdef' }),
      /^ConfigError: DROPBOX_APP_SECRET must be set together/,
    );
    assert.throws(
      () => readConfig({ DROPBOX_APP_SECRET: 'abcdef' }),
      /^ConfigError: DROPBOX_APP_KEY must be set together/,
    );
  });

  it('never repeats a secret in its message', () => {
    for (const variable of [
      'ADMIN_API_KEY',
      'ENCRYPTION_KEYS',
      'DROPBOX_APP_SECRET',
      'DATABASE_URL',
      'CODEC_TOKEN',
    ]) {
      try {
        readConfig({ [variable]: 'hunter two' });
        assert.fail(`${variable} was accepted`);
      } catch (error) {
        assert.ok(error instanceof ConfigError);
        assert.ok(!error.message.includes('hunter'));
      }
    }
  });

  it('tells a role that runs by itself what it cannot do without', () => {
    const env: NodeJS.ProcessEnv = {};
    for (const [variable, value] of [
      ['DATABASE_URL', 'postgres://localhost/seatkeeper'],
      ['DROPBOX_APP_KEY', 'abcdef'],
      ['ENCRYPTION_KEYS', `a:${KEY}`],
    ] as const) {
      assert.throws(() => readRoleConfig(env), new RegExp(`^ConfigError: ${variable} must be set`));
      env[variable] = value;
      if (variable === 'DROPBOX_APP_KEY') env.DROPBOX_APP_SECRET = 'secret';
    }
    assert.equal(readRoleConfig(env).dropbox.app?.key, 'abcdef');
  });
});
