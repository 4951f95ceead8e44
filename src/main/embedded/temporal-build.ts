import { spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exitOf, linesOf } from './child-output.ts';
import { findProgram } from './program.ts';
import type { Supplier } from './temporal-supplier.ts';

const MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const REPORT_EVERY_MS = 10_000;
const LONGEST_MS = 30 * 60_000;

/** Builds the Temporal command line with Go, if Go is installed: some three minutes on two cores. */
export const buildTemporal: Supplier = async ({ folder, env, log, signal }) => {
  const go = await findProgram({ name: 'go', env });
  if (go === undefined) return undefined;
  log('Building the Temporal server with Go: about three minutes, this once');
  await mkdir(folder, { recursive: true });
  // A process group of its own, because the compilers that Go starts must end with it.
  const child = spawn(go, ['install', MODULE], {
    cwd: folder,
    env: { ...env, GOBIN: folder, GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1_000);
  let fetched = 0;
  const { lastLines } = linesOf({
    child,
    log: (line) => {
      if (line.startsWith('go: downloading')) fetched += 1;
    },
  });
  const report = setInterval(() => {
    const modules = fetched > 0 ? `, ${fetched} modules downloaded` : '';
    log(`Still building the Temporal server (${seconds()} s${modules})`);
  }, REPORT_EVERY_MS);
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const tooLong = setTimeout(end, LONGEST_MS);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const { code } = await exitOf(child);
  clearInterval(report);
  clearTimeout(tooLong);
  signal.removeEventListener('abort', end);
  const made = join(folder, 'temporal');
  const there = await access(made).then(
    () => true,
    () => false,
  );
  if (code === 0 && there) return made;
  if (!signal.aborted) log(`Go could not build the Temporal server: ${lastLines()}`);
  return undefined;
};
