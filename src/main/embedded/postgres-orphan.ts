import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, processCommand } from '../process-identity.ts';
import { PartFailure } from './part-failure.ts';

/** What a postmaster writes into its data folder; `ready` once it takes connections. */
export type PostmasterFile = Readonly<{ pid: number; ready: boolean }>;

/** The lines are: pid, data folder, start time, port, socket folder, address, shared memory, status. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * A start that was killed can leave its postmaster running, or only its pid file. The postmaster is stopped, after its
 * command line has shown that it serves this very folder. A pid file whose pid now belongs to another program is removed,
 * since PostgreSQL would take that program for itself; one whose pid is dead is left to PostgreSQL, which checks more.
 */
export async function stopOrphan({
  data,
  log,
}: {
  data: string;
  log: (line: string) => void;
}): Promise<void> {
  const file = await readPostmasterFile(data);
  const command = file === undefined ? undefined : processCommand(file.pid);
  if (file === undefined || command === undefined) return;
  if (!command.includes(`-D ${data} `)) {
    await rm(join(data, 'postmaster.pid'), { force: true });
    return;
  }
  log(`Stopping the PostgreSQL that an earlier start left running (process ${file.pid})`);
  const ended = await endProcess({
    pid: file.pid,
    steps: [
      { name: 'SIGINT', waitMs: 8_000 },
      { name: 'SIGQUIT', waitMs: 3_000 },
      { name: 'SIGKILL', waitMs: 2_000 },
    ],
  });
  if (ended) return;
  throw new PartFailure({
    part: 'postgres',
    message: `An earlier PostgreSQL (process ${file.pid}) still uses ${data} and does not end: stop it, then start again.`,
  });
}
