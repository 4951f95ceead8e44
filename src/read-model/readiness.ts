/** Whether the database is there, and has the tables of this version. */
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import type { Reader } from './reader.ts';

export type DatabaseReadiness = 'ok' | 'unreachable' | 'not migrated';

const JOURNAL = new URL('../../drizzle/migrations/meta/_journal.json', import.meta.url);

/** The time stamp by which drizzle knows the newest migration of this version. */
function newestMigration(): number {
  const journal = JSON.parse(readFileSync(JOURNAL, 'utf8')) as { entries: { when: number }[] };
  return Math.max(...journal.entries.map(({ when }) => when));
}

const newest = newestMigration();

/** Never throws. A newer database than this version counts as ok: migrations only add. */
export async function databaseReadiness({
  db,
  timeoutMs,
}: {
  db: Reader;
  timeoutMs: number;
}): Promise<DatabaseReadiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unreachable'>((resolve) => {
    timer = setTimeout(() => resolve('unreachable'), timeoutMs);
  });
  try {
    return await Promise.race([late, ask(db)]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(db: Reader): Promise<DatabaseReadiness> {
  try {
    const { rows } = await db.execute<{ applied: string | null }>(
      sql`select max(created_at)::text as applied from drizzle.__drizzle_migrations`,
    );
    return Number(rows[0]?.applied ?? 0) >= newest ? 'ok' : 'not migrated';
  } catch (error) {
    // undefined_table, invalid_schema_name: PostgreSQL answered, and has none of our tables.
    const code = (error as { cause?: { code?: string } }).cause?.code;
    return code === '42P01' || code === '3F000' ? 'not migrated' : 'unreachable';
  }
}
