import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const SERVER = fileURLToPath(new URL('../../src/main/server.ts', import.meta.url));

describe('npm run api', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return port;
  }

  const settings = (port: number): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    PORT: String(port),
    DATABASE_URL: database.url,
    // Nobody listens there: Temporal is away.
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    DROPBOX_APP_KEY: 'appkey',
    DROPBOX_APP_SECRET: 'appsecret',
    ADMIN_API_KEY: 'sk_admin_key_for_this_test',
    ENCRYPTION_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
  });

  function start(env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, ['--import=tsx', SERVER], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (data) => {
      output.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      output.stderr += data;
    });
    const exit = once(child, 'close').then(([code]) => code as number | null);
    return { child, output, exit };
  }

  const ready = (child: ChildProcess) =>
    new Promise<void>((done) => {
      child.on('message', (message: { ready?: boolean }) => {
        if (message.ready) done();
      });
    });

  it('takes facts while Temporal is away, and drains on SIGTERM', async () => {
    const port = await freePort();
    const { child, output, exit } = start(settings(port));
    try {
      await Promise.race([ready(child), exit.then(() => assert.fail(output.stderr))]);
      const url = `http://127.0.0.1:${port}`;
      const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: object };
      assert.deepEqual(parts, { database: 'ok', migrations: 'ok', temporal: 'unreachable' });
      const event = { id: 'e1', type: 'joiner', person: { externalId: 'E1' } };
      const sent = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_admin_key_for_this_test', 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
      assert.equal(sent.status, 202);
      const asked = fetch(`${url}/openapi.json`).then((answer) => answer.json());
      await asked;
      child.kill('SIGTERM');
      assert.equal(await exit, 0, output.stderr);
      for (const line of output.stdout.trim().split('\n'))
        assert.equal(typeof JSON.parse(line).level, 'number');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('ends with one sentence when a variable is wrong', async () => {
    const { output, exit } = start({ ...settings(1), EMAIL_HOLD: 'a week' });
    assert.equal(await exit, 1);
    assert.match(output.stderr, /^EMAIL_HOLD must be an ISO 8601 duration, for example EMAIL_HOLD=P7D\n$/);
  });

  it('says which port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const { port } = taken.address() as { port: number };
      const { output, exit } = start(settings(port));
      assert.equal(await exit, 1);
      assert.match(output.stderr, new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use; set PORT .*\\n$`));
    } finally {
      taken.close();
    }
  });
});
