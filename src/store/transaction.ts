/** Transactions that lost a race are run again: PostgreSQL says so, and nothing of the first try remains. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from './database.ts';

/** serialization_failure, deadlock_detected */
const LOST_RACE = new Set(['40001', '40P01']);
const TRIES = 10;
/** So that those who met once do not meet again at the same moment. */
const LONGEST_PAUSE_MS = 50;

function sqlStateOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** @throws what `work` throws, or what PostgreSQL says after ten lost races */
export async function inTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt >= TRIES || !LOST_RACE.has(sqlStateOf(error) ?? '')) throw error;
      await sleep(Math.random() * LONGEST_PAUSE_MS * attempt);
    }
  }
}
