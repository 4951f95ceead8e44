/** The connection to PostgreSQL, and what a query runs on: the pool, or a transaction of it. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import * as schema from '../../drizzle/schema.ts';

type Schema = typeof schema;
export type Database = NodePgDatabase<Schema> & { $client: pg.Pool };
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
export type Queryable = Database | Transaction;

/** @param maxConnections a worker needs about as many as it takes steps at once */
export function openDatabase({
  url,
  maxConnections = 20,
}: {
  url: string;
  maxConnections?: number;
}): Database {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return drizzle(pool, { schema });
}
