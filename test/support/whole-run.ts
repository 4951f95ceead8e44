/** `npm start` as a person runs it: real processes with a DATA_DIR and a port of their own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { removeCluster } from '../../src/main/embedded/postgres-place.ts';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';

/** The first start may have to fetch nothing here: tests before it have found the Temporal server. */
const READY_WITHIN_MS = 90_000;
const API_KEY = 'sk_whole-run-of-the-tests-1234567890';

export type Process = { pid: number; parent: number; command: string };

export type Answer<T> = { status: number; body: T };

export type WholeRun = {
  url: string;
  /** What was printed so far. */
  printed(): string;
  call<T = Record<string, unknown>>(
    operation: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`,
    body?: unknown,
  ): Promise<Answer<T>>;
  /** Everything that runs because of this start, the start itself included. */
  processes(): Promise<Process[]>;
  /** The one process of this run whose command line holds the text. */
  processOf(text: string): Promise<Process>;
  /** SIGTERM to npm, as a service manager does it. */
  stop(): Promise<{ code: number | null; tookMs: number; left: Process[] }>;
};

/** Where a run keeps its state; outlives the run, so that another can go on from there. */
export async function newDataDir(): Promise<{ dataDir: string; remove: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-whole-'));
  return {
    dataDir,
    remove: async () => {
      await removeCluster({ dataDir });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts and waits until it says what to open. Whatever happens then, nothing is left running when this throws. */
export async function startWholeRun({
  dataDir,
  port,
  env = {},
}: {
  dataDir: string;
  port: number;
  env?: Record<string, string>;
}): Promise<WholeRun> {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: PROJECT_FOLDER,
    env: {
      PATH,
      HOME,
      ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }),
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: dataDir,
      ADMIN_API_KEY: API_KEY,
      RATE_LIMIT_PER_MINUTE: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const run = runOf({ child, dataDir, url: `http://127.0.0.1:${port}`, printed: () => output });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!output.includes('Open this:')) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await run.stop();
      throw new Error(`npm start did not come up:\n${output}`);
    }
    await sleep(100);
  }
  return run;
}

function runOf({
  child,
  dataDir,
  url,
  printed,
}: Pick<WholeRun, 'url' | 'printed'> & { child: ChildProcess; dataDir: string }): WholeRun {
  const { pid } = child;
  if (pid === undefined) throw new Error('npm could not be started');
  const exited = once(child, 'exit');
  const run: WholeRun = {
    url,
    printed,
    call: async <T>(operation: string, body?: unknown) => {
      const [method = 'GET', path = '/'] = operation.split(' ');
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
    },
    processes: async () => {
      const all = await allProcesses();
      const mine = new Set([pid]);
      // Parents come before their children only by chance, so look again until nobody is added.
      for (let size = 0; size !== mine.size; ) {
        size = mine.size;
        for (const { pid: id, parent } of all) if (mine.has(parent)) mine.add(id);
      }
      // PostgreSQL's own processes are nobody's children any more when their starter was killed.
      return all.filter(({ pid: id, command }) => mine.has(id) || command.includes(dataDir));
    },
    processOf: async (text) => {
      const found = (await run.processes()).filter(({ command }) => command.includes(text));
      const [one] = found;
      if (one === undefined || found.length > 1) throw new Error(`${found.length} processes of ${text}`);
      return one;
    },
    stop: async () => {
      const before = await run.processes();
      const startedAt = Date.now();
      child.kill('SIGTERM');
      const hung = setTimeout(() => endAll(before), 40_000);
      if (child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(hung);
      const tookMs = Date.now() - startedAt;
      // What npm started may end a moment after npm.
      await sleep(300);
      const alive = await allProcesses();
      const left = alive.filter(
        ({ pid: id, command }) =>
          command.includes(dataDir) || before.some((one) => one.pid === id && one.command === command),
      );
      endAll(left);
      return { code: child.exitCode, tookMs, left };
    },
  };
  return run;
}

async function allProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 20_000_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A zombie has ended; only its parent has not asked yet.
    return pid === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

function endAll(processes: Process[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
