/** Brings the database to the present schema. Processes that start at once take turns under an advisory lock. */
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));
/** Any number will do, as long as nobody else in the database uses it. */
const LOCK = 7_328_255_337;

/** @throws an error of pg when the database cannot be reached or a migration fails; nothing is half applied */
export async function migrateDatabase({ url }: { url: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
  } finally {
    await client.end();
  }
}
