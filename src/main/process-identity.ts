import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What tells a process from a later one with the same pid: when it was started. Undefined when there is no such process
 * (a zombie counts as none). Pids kept in files are only ever signalled after this was compared.
 */
export function processIdentity(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The second field is the name in brackets and may hold spaces; state is the next one, start time the 20th after.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}/${fields[19]}`;
    }
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return started || undefined;
  } catch {
    return undefined;
  }
}

/** Start times of Linux count from boot, so they are only unique together with the boot's id. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return 'boot';
  }
}

/** The command line of a process, its arguments separated by spaces; undefined when there is none. */
export function processCommand(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
    }
    return (
      execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

/** Sends a signal; whoever is gone already needs none. */
function signal({ pid, name }: { pid: number; name: NodeJS.Signals }): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends a process that is not our child, with one signal after the other until it is gone.
 * @returns false if it survived them all.
 */
export async function endProcess({
  pid,
  steps,
}: {
  pid: number;
  steps: readonly { name: NodeJS.Signals; waitMs: number }[];
}): Promise<boolean> {
  const identity = processIdentity(pid);
  const gone = (): boolean => identity === undefined || processIdentity(pid) !== identity;
  for (const { name, waitMs } of steps) {
    if (gone()) return true;
    signal({ pid, name });
    for (const until = Date.now() + waitMs; Date.now() < until && !gone(); ) await sleep(25);
  }
  return gone();
}
