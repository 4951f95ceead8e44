import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeCluster } from '../../../src/main/embedded/postgres-place.ts';
import { freePort } from '../../../src/main/ports.ts';
import { endProcess, processIdentity } from '../../../src/main/process-identity.ts';
import type { ChildSpec } from '../../../src/main/supervision/child-spec.ts';

type Spec = Omit<ChildSpec, 'env'>;

describe('the loss of the supervisor', () => {
  let dataDir: string;
  let journal: string;
  let supervisor: ChildProcess | undefined;

  const spec = ({
    name,
    file,
    settings,
    after = [],
  }: {
    name: string;
    file: string;
    settings: object;
    after?: string[];
  }): Spec => ({
    name,
    title: name,
    args: ['--import=tsx', file, JSON.stringify(settings)],
    after,
    readyWithinMs: 60_000,
    stopWithinMs: 3_000,
  });
  const recorder = ({
    name,
    drainMs = 0,
    after = [],
  }: {
    name: string;
    drainMs?: number;
    after?: string[];
  }): Spec =>
    spec({
      name,
      file: 'test/main/fixtures/supervised-child.ts',
      settings: { name, journal, drainMs },
      after,
    });
  const steps = async (): Promise<string[]> =>
    (await readFile(journal, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(0, 2).join(' '));

  const start = async (specs: Spec[]): Promise<ChildProcess & { pid: number }> => {
    supervisor = spawn(
      process.execPath,
      ['--import=tsx', 'test/main/fixtures/supervise.ts', JSON.stringify(specs)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    assert.ok(supervisor.stdout && supervisor.pid);
    await once(supervisor.stdout, 'data');
    return supervisor as ChildProcess & { pid: number };
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-loss-'));
    await chmod(dataDir, 0o755);
    journal = join(dataDir, 'journal');
  });

  afterEach(async () => {
    supervisor?.kill('SIGKILL');
    await removeCluster({ dataDir });
    await rm(dataDir, { recursive: true, force: true });
  });

  it('by SIGKILL ends every process below it, PostgreSQL and the Temporal server included', async function () {
    this.timeout(120_000);
    const [port, temporalPort, uiPort] = [await freePort(), await freePort(), await freePort()];
    const temporal = {
      dataDir,
      port: temporalPort,
      uiPort,
      namespace: 'default',
      codecEndpoint: 'http://localhost/codec',
    };
    const running = await start([
      spec({ name: 'postgres', file: 'src/main/embedded/postgres-process.ts', settings: { dataDir, port } }),
      spec({ name: 'temporal', file: 'src/main/embedded/temporal-process.ts', settings: temporal }),
      recorder({ name: 'worker', drainMs: 300 }),
    ]);
    const below = await descendants(running.pid);
    // Three of ours, the two servers, and PostgreSQL's own.
    assert.ok(below.length >= 6, `only ${below.length} processes`);
    try {
      running.kill('SIGKILL');
      await once(running, 'exit');
      const gone = async (): Promise<number[]> =>
        below.filter(({ pid, identity }) => processIdentity(pid) === identity).map(({ pid }) => pid);
      for (let look = 0; look < 300 && (await gone()).length > 0; look += 1) await sleep(50);
      assert.deepEqual(await gone(), []);
      assert.ok((await steps()).includes('worker stopped'), 'the worker should have drained');
    } finally {
      for (const { pid, identity } of below) {
        if (processIdentity(pid) === identity)
          await endProcess({ pid, steps: [{ name: 'SIGKILL', waitMs: 1_000 }] });
      }
    }
  });

  it('by Ctrl-C, which a terminal sends to the whole group, still drains one after the other', async () => {
    const running = await start([recorder({ name: 'database' }), recorder({ name: 'worker', drainMs: 400 })]);
    const exit = once(running, 'exit');
    process.kill(-running.pid, 'SIGINT');
    assert.deepEqual(await exit, [0, null]);
    assert.deepEqual((await steps()).slice(-4), [
      'worker draining',
      'worker stopped',
      'database draining',
      'database stopped',
    ]);
  });
});

type Process = { pid: number; identity: string | undefined };

/** Everything that a process started, and what that started. */
async function descendants(root: number): Promise<Process[]> {
  const listing = spawn('ps', ['-eo', 'pid=,ppid='], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  listing.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(listing, 'close');
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [root];
  for (let index = 0; index < found.length; index += 1) {
    for (const [pid = 0, parent] of pairs)
      if (parent === found[index] && pid !== listing.pid) found.push(pid);
  }
  return found.slice(1).map((pid) => ({ pid, identity: processIdentity(pid) }));
}
