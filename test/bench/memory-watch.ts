/** Resident memory of processes while something goes on, in MiB, as `ps` tells it. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const EVERY_MS = 500;
const ps = promisify(execFile);

export type MemoryWatch = { stop(): Promise<Map<number, { firstMib: number; peakMib: number }>> };

export function watchMemory(pids: readonly number[]): MemoryWatch {
  const seen = new Map<number, { firstMib: number; peakMib: number }>();
  let isStopping = false;
  const look = async (): Promise<void> => {
    const { stdout } = await ps('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')]);
    for (const line of stdout.trim().split('\n')) {
      const [pid = 0, kib = 0] = line.trim().split(/\s+/).map(Number);
      const mib = Math.round(kib / 1_024);
      const known = seen.get(pid) ?? { firstMib: mib, peakMib: mib };
      seen.set(pid, { ...known, peakMib: Math.max(known.peakMib, mib) });
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopping) {
      await look().catch(() => {});
      await sleep(EVERY_MS);
    }
  };
  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      await running;
      return seen;
    },
  };
}
