import { randomBytes } from 'node:crypto';
import { access, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../ports.ts';
import type { Exit } from './child-output.ts';
import { PartFailure } from './part-failure.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { stopOrphan } from './postgres-orphan.ts';
import { clusterFolder } from './postgres-place.ts';
import { launch, run, stopServer, untilReady } from './postgres-server.ts';
import { type PostgresUser, postgresUser } from './postgres-user.ts';

const ROLE = 'seatkeeper';
const DATABASE = 'seatkeeper';
const START_ATTEMPTS = 4;

export type EmbeddedPostgres = Readonly<{
  /** Connects to database `seatkeeper` as its superuser; holds the password. */
  url: string;
  port: number;
  /** Of the postmaster. */
  pid: number;
  /** Where the cluster lies, which is not under `dataDir` when user postgres cannot reach that. */
  folder: string;
  /** Settles when the server ends, asked or not. */
  exited: Promise<Exit>;
  /** Disconnects clients, writes everything out, ends; by force after `withinMs` (default 8 s). */
  stop: (options?: { withinMs?: number }) => Promise<void>;
}>;

/**
 * Starts PostgreSQL on 127.0.0.1, making the cluster on first use. Whoever calls must be the only one who uses `dataDir`:
 * a server that is found running there is taken for the leftover of a killed start, and stopped.
 * @param log takes PostgreSQL's own lines and what is worth knowing about the start.
 * @throws {PartFailure} with a sentence for the person who starts.
 */
export async function startEmbeddedPostgres({
  dataDir,
  port,
  log = () => {},
}: {
  dataDir: string;
  port?: number;
  log?: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  const user = await postgresUser();
  const folder = await clusterFolder({ dataDir: resolve(dataDir), user });
  const binaries = await postgresBinaries({ user });
  const data = join(folder, 'data');
  await stopOrphan({ data, log });
  const password = await clusterPassword({ folder, user });
  await makeCluster({ folder, data, binaries, user, log });

  // A fixed port may still be held by connections of the server before, and the memory of a killed one by its backends.
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    const server = launch({ binaries, data, folder, port: chosen, user, log });
    const failure = await untilReady({ data, server });
    if (failure === undefined) {
      const address = `127.0.0.1:${chosen}`;
      const url = `postgres://${ROLE}:${password}@${address}/${DATABASE}`;
      try {
        await makeDatabase({ url: `postgres://${ROLE}:${password}@${address}/postgres` });
      } catch (cause) {
        await stopServer({ server, withinMs: 3_000 });
        throw new PartFailure({
          part: 'postgres',
          message: 'PostgreSQL started but refuses connections.',
          cause,
        });
      }
      const stop = async ({ withinMs = 8_000 } = {}): Promise<void> => stopServer({ server, withinMs });
      return { url, port: chosen, pid: server.pid, folder, exited: server.exited, stop };
    }
    if (attempt === START_ATTEMPTS) {
      throw new PartFailure({ part: 'postgres', message: `PostgreSQL did not start: ${failure}` });
    }
    await sleep(500 * attempt);
  }
}

async function makeCluster({
  folder,
  data,
  binaries,
  user,
  log,
}: {
  folder: string;
  data: string;
  binaries: PostgresBinaries;
  user: PostgresUser | undefined;
  log: (line: string) => void;
}): Promise<void> {
  const made = await access(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (made) return;
  // Made under another name, so that a start killed in the middle leaves nothing that looks finished.
  const partial = join(folder, 'data.partial');
  await rm(partial, { recursive: true, force: true });
  log('Making a new database cluster');
  const args = ['-D', partial, '-U', ROLE, `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256'];
  // Byte order: the same on every machine, and prefix searches can use an index.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const initdb = run({ program: binaries.initdb, args: [...args, ...locale], folder, user, log });
  const { code } = await initdb.exited;
  if (code !== 0) {
    throw new PartFailure({
      part: 'postgres',
      message: `The database cluster was not made: ${initdb.lastLines()}`,
    });
  }
  await rename(partial, data);
}

async function makeDatabase({ url }: { url: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Made once; readable for the user that PostgreSQL runs as, because initdb reads it. */
async function clusterPassword({
  folder,
  user,
}: {
  folder: string;
  user: PostgresUser | undefined;
}): Promise<string> {
  const file = join(folder, 'password');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  await writeFile(`${file}.partial`, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(`${file}.partial`, user.uid, user.gid);
  await rename(`${file}.partial`, file);
  return password;
}
