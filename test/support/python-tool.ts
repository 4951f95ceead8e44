/** A program of Python's, in the user's cache folder, exactly as its list of requirements pins it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 300_000;

/** Whether there is any Python here at all. */
export const hasPython = (): Promise<boolean> =>
  run('python3', ['--version']).then(
    () => true,
    () => false,
  );

/**
 * @param requirements path of the list; another list is another environment
 * @returns path of the Python that has them
 * @throws when they cannot be installed, with what Python said
 */
export async function pythonWith({
  name,
  requirements,
}: {
  name: string;
  requirements: string;
}): Promise<string> {
  const pinned = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const folder = join(cacheFolder(), `${name}-${pinned.slice(0, 12)}`);
  const python = join(folder, 'bin', 'python');
  if (await exists(python)) return python;
  await mkdir(cacheFolder(), { recursive: true });
  // Complete or not there at all, also when two runs begin at once.
  const workshop = await mkdtemp(join(cacheFolder(), '.new-'));
  try {
    const options = { timeout: INSTALL_WITHIN_MS };
    await run('python3', ['-m', 'venv', workshop], options).catch((error: unknown) => {
      throw new Error('Python cannot make an environment: on Debian install python3-venv.', { cause: error });
    });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(join(workshop, 'bin', 'python'), pip, options);
    await rename(workshop, folder).catch(async (error: unknown) => {
      if (!(await exists(python))) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return python;
}

function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME;
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'seatkeeper', 'python');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
