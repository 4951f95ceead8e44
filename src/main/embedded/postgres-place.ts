import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PartFailure } from './part-failure.ts';
import { SHARED_FOLDER, sharedFolder } from './postgres-binaries.ts';
import { canReach, type PostgresUser } from './postgres-user.ts';

/**
 * Where one DATA_DIR keeps its cluster. Normally `DATA_DIR/postgres`. As root, when user postgres cannot reach that
 * (the checkout lies under /root, say), it is `/var/lib/seatkeeper/<id>`, and `DATA_DIR/postgres-id` holds the id.
 * The folder belongs to the user that PostgreSQL runs as, and nobody else may enter it.
 */
export async function clusterFolder({
  dataDir,
  user,
}: {
  dataDir: string;
  user: PostgresUser | undefined;
}): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const inPlace = join(dataDir, 'postgres');
  if (user === undefined) {
    await mkdir(inPlace, { recursive: true, mode: 0o700 });
    return inPlace;
  }
  const elsewhere = await keptElsewhere(dataDir);
  const reachable = elsewhere === undefined && (await canReach({ user, path: dataDir }));
  const folder = reachable ? inPlace : (elsewhere ?? (await chooseElsewhere({ dataDir, inPlace })));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await chown(folder, user.uid, user.gid);
  if (folder !== inPlace) await claim({ folder, dataDir });
  return folder;
}

/** A copied DATA_DIR has the original's id; two servers on one cluster must never happen. */
async function claim({ folder, dataDir }: { folder: string; dataDir: string }): Promise<void> {
  const ownerFile = join(folder, 'data-dir');
  const owner = (await readFile(ownerFile, 'utf8').catch(() => '')).trim();
  if (owner === dataDir) return;
  if (owner !== '' && (await keptElsewhere(owner)) === folder) {
    throw new PartFailure({
      part: 'postgres',
      message: `${dataDir} is a copy of ${owner}, whose database was not copied along: delete ${idFile(dataDir)} to begin with an empty one.`,
    });
  }
  await writeFile(ownerFile, `${dataDir}\n`);
}

/** Deletes a DATA_DIR's cluster, wherever it lies. The server must be stopped. */
export async function removeCluster({ dataDir }: { dataDir: string }): Promise<void> {
  const elsewhere = await keptElsewhere(dataDir);
  for (const folder of [elsewhere, join(dataDir, 'postgres'), idFile(dataDir)]) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

const idFile = (dataDir: string): string => join(dataDir, 'postgres-id');

async function keptElsewhere(dataDir: string): Promise<string | undefined> {
  const id = await readFile(idFile(dataDir), 'utf8').catch(() => '');
  // It becomes part of a path that root writes to, so nothing but what was made here is taken.
  return /^[0-9a-f]{24}$/.test(id.trim()) ? join(SHARED_FOLDER, id.trim()) : undefined;
}

async function chooseElsewhere({ dataDir, inPlace }: { dataDir: string; inPlace: string }): Promise<string> {
  const id = randomBytes(12).toString('hex');
  const folder = join(await sharedFolder(), id);
  // The checkout may have been moved under a private folder after its cluster was made.
  const moved = await access(inPlace).then(
    () => true,
    () => false,
  );
  if (moved) await move({ from: inPlace, to: folder });
  await writeFile(idFile(dataDir), `${id}\n`, { mode: 0o600 });
  return folder;
}

async function move({ from, to }: { from: string; to: string }): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // Not fs.cp: it gives everything to root.
    await promisify(execFile)('cp', ['-a', from, to]);
    await rm(from, { recursive: true, force: true });
  }
}
