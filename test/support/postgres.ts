/** One PostgreSQL for a whole run of the tests, and a fresh migrated database, cloned in milliseconds, for whoever asks. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/main/embedded/postgres.ts';
import { removeCluster } from '../../src/main/embedded/postgres-place.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';

const TEMPLATE = 'seatkeeper_template';

export type TestDatabase = Readonly<{
  db: Database;
  url: string;
  /** Ends the connections and deletes the database. */
  drop: () => Promise<void>;
}>;

type Running = { server: EmbeddedPostgres; dataDir: string };

let running: Promise<Running> | undefined;

export async function testDatabase(): Promise<TestDatabase> {
  running ??= start();
  const { server } = await running;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer({ url: server.url, statement: `create database ${name} template ${TEMPLATE}` });
  const url = databaseUrl({ server, name });
  const db = openDatabase({ url, maxConnections: 5 });
  return {
    db,
    url,
    drop: async () => {
      await db.$client.end();
      await administer({ url: server.url, statement: `drop database ${name} with (force)` });
    },
  };
}

/** A database without a table in it. */
export async function emptyDatabase(): Promise<Pick<TestDatabase, 'url' | 'drop'>> {
  running ??= start();
  const { server } = await running;
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await administer({ url: server.url, statement: `create database ${name}` });
  return {
    url: databaseUrl({ server, name }),
    drop: () => administer({ url: server.url, statement: `drop database ${name} with (force)` }),
  };
}

/** For the hook at the end of the run: without it the server would keep the process alive. */
export async function stopTestPostgres(): Promise<void> {
  if (running === undefined) return;
  const { server, dataDir } = await running;
  running = undefined;
  await server.stop();
  await removeCluster({ dataDir });
  await rm(dataDir, { recursive: true, force: true });
}

async function start(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-test-'));
  // As root the server runs as another user, who must be able to get in.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir });
  await administer({ url: server.url, statement: `create database ${TEMPLATE}` });
  await migrateDatabase({ url: databaseUrl({ server, name: TEMPLATE }) });
  return { server, dataDir };
}

function databaseUrl({ server, name }: { server: EmbeddedPostgres; name: string }): string {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer({ url, statement }: { url: string; statement: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
