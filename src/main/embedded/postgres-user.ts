import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { PartFailure } from './part-failure.ts';

const run = promisify(execFile);
const NAME = 'postgres';

/** Whom PostgreSQL runs as when we are root, which it refuses to run as. */
export type PostgresUser = Readonly<{ uid: number; gid: number }>;

/**
 * Nobody to switch to unless we are root; then the user `postgres`, made if the machine has none. It must be a user
 * with a name: initdb refuses a bare number.
 */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await lookUp();
  if (found) return found;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
  } catch (cause) {
    throw new PartFailure({
      part: 'postgres',
      message:
        'PostgreSQL does not run as root, and the user postgres could not be made: run "useradd postgres", start as another user, or set DATABASE_URL.',
      cause,
    });
  }
  const made = await lookUp();
  if (made) return made;
  throw new PartFailure({ part: 'postgres', message: 'The user postgres was made but cannot be found.' });
}

async function lookUp(): Promise<PostgresUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Whether that user may walk down to a path that exists: each folder on the way, and the path itself, must let them. */
export async function canReach({ user, path }: { user: PostgresUser; path: string }): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const executeBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & executeBit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
