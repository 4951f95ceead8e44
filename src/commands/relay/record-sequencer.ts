/** Gives the entries of the record their places, a moment after they were committed. One worker at a time does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../store/database.ts';
import { orderEntries } from '../../store/record/order-entries.ts';

const EVERY_MS = 500;

/** Runs until stopped; a database that is away is tried again. */
export function startRecordSequencer({ db }: { db: Database }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const { isFull } = await orderEntries({ db }).catch(() => ({ isFull: false }));
      if (!isFull) await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
