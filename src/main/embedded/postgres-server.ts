import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, exitOf, linesOf } from './child-output.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { readPostmasterFile } from './postgres-orphan.ts';
import type { PostgresUser } from './postgres-user.ts';

const READY_WITHIN_MS = 120_000;

export type Server = Readonly<{
  child: ChildProcess;
  pid: number;
  exited: Promise<Exit>;
  lastLines: () => string;
}>;

/** Runs one of the programs as the right user, in a folder which that user may enter. */
export function run({
  program,
  args,
  folder,
  user,
  log,
}: {
  program: string;
  args: string[];
  folder: string;
  user: PostgresUser | undefined;
  log: (line: string) => void;
}): Server {
  const child = spawn(program, args, {
    cwd: folder,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  const { lastLines } = linesOf({ child, log });
  return { child, pid: child.pid ?? 0, exited: exitOf(child), lastLines };
}

export function launch({
  binaries,
  data,
  folder,
  port,
  user,
  log,
}: {
  binaries: PostgresBinaries;
  data: string;
  folder: string;
  port: number;
  user: PostgresUser | undefined;
  log: (line: string) => void;
}): Server {
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket in /tmp: other servers of this machine put theirs there.
    unix_socket_directories: '',
    max_connections: '200',
    // What was answered with 2xx must survive kill -9 and a power cut.
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Statements may hold names and addresses of people.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return run({
    program: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...flags],
    folder,
    user,
    log,
  });
}

/** @returns why it did not get ready, or undefined when it did. */
export async function untilReady({
  data,
  server,
}: {
  data: string;
  server: Server;
}): Promise<string | undefined> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(25)) {
    if (ended) return server.lastLines() || 'it ended at once.';
    const file = await readPostmasterFile(data);
    if (file?.pid === server.pid && file.ready) return undefined;
  }
  await stopServer({ server, withinMs: 3_000 });
  return `it was not ready within ${READY_WITHIN_MS / 1_000} s.`;
}

/** SIGINT is PostgreSQL's fast shutdown: clients are cut off, the last checkpoint is written. */
export async function stopServer({ server, withinMs }: { server: Server; withinMs: number }): Promise<void> {
  for (const [name, waitMs] of [
    ['SIGINT', withinMs],
    ['SIGQUIT', 1_500],
    ['SIGKILL', 1_500],
  ] as const) {
    server.child.kill(name);
    const timer = new AbortController();
    const ended = await Promise.race([
      server.exited.then(() => true),
      sleep(waitMs, false, { signal: timer.signal }).catch(() => false),
    ]);
    timer.abort();
    if (ended) return;
  }
}
