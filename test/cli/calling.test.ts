/** Whom the command line calls, with which key, and what it ends with. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/main/ports.ts';
import { type RunningApi, startApi } from '../http/running-api.ts';
import { ADMIN_KEY, runCli } from './running-cli.ts';

describe('the command line', () => {
  let api: RunningApi;
  let dataDir: string;

  before(async () => {
    api = await startApi();
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-cli-'));
    await writeFile(join(dataDir, 'admin-api-key'), `${ADMIN_KEY}\n`);
  });
  after(async () => {
    await api?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('says in its help what every exit code means', async () => {
    const { code, stdout } = await runCli({ args: ['--help'] });
    assert.equal(code, 0);
    for (const words of ['SEATKEEPER_URL', 'SEATKEEPER_API_KEY', '3  the server cannot be reached']) {
      assert.ok(stdout.includes(words), words);
    }
  });

  it('ends with 2 for what nobody can mean', async () => {
    const wrong = [
      ['bogus'],
      ['members', '--limit', '0'],
      ['members', '--bogus'],
      ['api-keys', 'create', '--name', 'x', '--role', 'king'],
      ['people'],
    ];
    for (const { code, stdout, stderr } of await Promise.all(wrong.map((args) => runCli({ args })))) {
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.notEqual(stderr, '');
    }
  });

  it('ends with 3 and says what to do when the server is away', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await runCli({ args: ['connections', '--json'], url });
    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      `Seatkeeper cannot be reached at ${url} (ECONNREFUSED).\n` +
        '→ Start it with "npm start", or set SEATKEEPER_URL to where it runs.\n',
    );
  });

  it('ends with 3 when something else answers', async () => {
    const other = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>'));
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    try {
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const { code, stderr } = await runCli({ args: ['connections'], url });
      assert.equal(code, 3);
      assert.match(stderr, /^What answers at .* is not Seatkeeper/);
    } finally {
      other.close();
    }
  });

  it('ends with 4 without a key, with a wrong one, and with one of a role that may not', async () => {
    const made = await api.call('POST /v1/api-keys', { body: { name: 'HR', role: 'hr' } });
    const [none, wrong, hr] = await Promise.all([
      runCli({ args: ['connections'], url: api.url, key: null }),
      runCli({ args: ['connections'], url: api.url, key: 'sk_wrong' }),
      runCli({ args: ['connections'], url: api.url, key: made.json.key }),
    ]);
    assert.deepEqual([none.code, wrong.code, hr.code], [4, 4, 4]);
    assert.match(none.stderr, /^There is no API key .*\n→ Set SEATKEEPER_API_KEY/);
    assert.match(wrong.stderr, /^An API key is needed: The API key is not valid\.\n→ Set SEATKEEPER_API_KEY/);
    assert.match(hr.stderr, /^This key may not do that: A key of the role hr may not/);
    assert.doesNotMatch(wrong.stderr, /sk_wrong/);
  });

  it('uses the admin key of this machine and says so, but never takes it to another machine', async () => {
    const env = { DATA_DIR: dataDir };
    const [here, there] = await Promise.all([
      runCli({ args: ['connections', '--json'], url: api.url, key: null, env }),
      runCli({ args: ['connections'], url: 'http://seatkeeper.corp.example', key: null, env }),
    ]);
    assert.equal(here.code, 0, here.stderr);
    assert.equal(here.stdout, '');
    assert.equal(
      here.stderr,
      `SEATKEEPER_API_KEY is not set; using the admin key in ${join(dataDir, 'admin-api-key')}.\n`,
    );
    assert.equal(there.code, 4);
  });

  it('refuses an address or a key that can be none, without showing the key', async () => {
    const [address, key] = await Promise.all([
      runCli({ args: ['connections'], url: 'localhost:8080' }),
      runCli({ args: ['connections'], url: api.url, key: 'sk with spaces' }),
    ]);
    assert.deepEqual([address.code, key.code], [2, 2]);
    assert.match(address.stderr, /SEATKEEPER_URL.*\n→ .*http:\/\/localhost:8080/);
    assert.doesNotMatch(key.stderr, /with spaces/);
  });

  it("shows the server's title, detail and next step, and ends with 1", async () => {
    const { code, stderr } = await runCli({ args: ['people', 'show', 'nobody'], url: api.url });
    assert.equal(code, 1);
    assert.match(stderr, /^Not found: There is no such person.*\n→ /);
  });

  it('says that nothing is connected, where a connection is needed', async () => {
    const { code, stderr } = await runCli({ args: ['members'], url: api.url });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'There is no connection yet.\n→ Run "seatkeeper connect" to connect a Dropbox team.\n',
    );
  });
});
