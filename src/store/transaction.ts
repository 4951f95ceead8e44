/** Transactions that lost a race are run again: PostgreSQL says so, and nothing of the first try remains. */
import type { Database, Transaction } from './database.ts';

/** serialization_failure, deadlock_detected */
const LOST_RACE = new Set(['40001', '40P01']);
const TRIES = 5;

function sqlStateOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** @throws what `work` throws, or what PostgreSQL says after five lost races */
export async function inTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt >= TRIES || !LOST_RACE.has(sqlStateOf(error) ?? '')) throw error;
    }
  }
}
