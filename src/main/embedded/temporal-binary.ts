import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { PartFailure } from './part-failure.ts';
import { findProgram, isProgram } from './program.ts';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal } from './temporal-download.ts';
import type { Supplier } from './temporal-supplier.ts';

/** `path`: found on the PATH. `kept`: from an earlier start. The other two are kept for the next one. */
export type TemporalBinary = Readonly<{
  path: string;
  source: 'path' | 'kept' | 'downloaded' | 'built';
  /** What it says of itself, for example `1.5.1 (Server 1.29.1, UI 2.42.1)`. */
  version: string;
}>;

const VERSION_WITHIN_MS = 30_000;

/**
 * Finds the Temporal command line, which holds the local server: on the PATH, kept from last time, downloaded by the
 * SDK, or built with Go. Nothing is kept that was not seen to run.
 * @param log takes one line in plain words for each step, and at least one every ten seconds.
 * @param env whose PATH, cache folder and proxies count.
 * @throws {PartFailure} when no way works, with a sentence that says what to install.
 */
export async function findTemporalBinary({
  log,
  env = process.env,
  signal = new AbortController().signal,
  suppliers = { downloaded: downloadTemporal, built: buildTemporal },
}: {
  log: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  suppliers?: Readonly<Record<'downloaded' | 'built', Supplier>>;
}): Promise<TemporalBinary> {
  const onPath = await findProgram({ name: 'temporal', env });
  if (onPath !== undefined) {
    const version = await versionOf(onPath);
    if (version !== undefined) return { path: onPath, source: 'path', version };
    log(`The program ${onPath} does not run, looking on`);
  }

  const folder = cacheFolder(env);
  const kept = join(folder, PROGRAM);
  if (await isProgram(kept)) {
    const version = await versionOf(kept);
    if (version !== undefined) return { path: kept, source: 'kept', version };
    log('The Temporal server kept from last time does not run, getting it anew');
  }

  await mkdir(folder, { recursive: true });
  for (const source of ['downloaded', 'built'] as const) {
    // In the same folder, so that the rename at the end is one step.
    const workshop = await mkdtemp(join(folder, '.new-'));
    try {
      const made = await suppliers[source]({ folder: workshop, env, log, signal });
      signal.throwIfAborted();
      const version = made === undefined ? undefined : await versionOf(made);
      if (made === undefined || version === undefined) continue;
      await keep({ made, kept, workshop });
      return { path: kept, source, version };
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  }
  throw new PartFailure({
    part: 'temporal',
    message:
      'There is no Temporal server here and none could be downloaded or built: install the Temporal CLI (https://docs.temporal.io/cli) or Go, or set TEMPORAL_ADDRESS to a server that runs.',
  });
}

const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** The user's cache folder rather than DATA_DIR, so that the program survives a new checkout. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  // The XDG specification: a relative path is to be ignored.
  const given = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return join(given ?? join(env.HOME || homedir(), '.cache'), 'seatkeeper', 'bin');
}

/** Undefined unless it runs and calls itself Temporal: half a file, another platform's, or another program of that name. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: VERSION_WITHIN_MS });
    return /^temporal version (.+)$/m.exec(stdout)?.[1]?.trim();
  } catch {
    return undefined;
  }
}

/** Puts a program that was seen to run into its place in one step; another start may do the same at the same time. */
async function keep({
  made,
  kept,
  workshop,
}: {
  made: string;
  kept: string;
  workshop: string;
}): Promise<void> {
  const copy = join(workshop, 'verified');
  await rename(made, copy).catch(() => copyFile(made, copy));
  await chmod(copy, 0o755);
  await rename(copy, kept);
}
