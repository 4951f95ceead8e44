/** Sees to it, at the start and every hour, that everything kept is sealed with the first of ENCRYPTION_KEYS. */
import type { Logger } from 'pino';
import type { Keyring } from '../crypto/keyring.ts';
import type { Database } from '../store/database.ts';
import { resealRows } from '../store/reseal.ts';

/** Again, because a process with the older settings may seal something until it is replaced. */
const EVERY_MS = 3_600_000;

export function startResealing({ db, keyring, log }: { db: Database; keyring: Keyring; log: Logger }): {
  /** Waits for the batch that is under way. */
  stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const look = async (): Promise<void> => {
    try {
      const { rows, unreadable } = await resealRows({ db, keyring, signal });
      if (rows > 0) log.info({ rows, key: keyring.currentKeyId }, 'sealed again with the first key');
      for (const { key, reason, ...about } of unreadable) {
        const words =
          reason === 'missing'
            ? `ENCRYPTION_KEYS lacks the key "${key}", which sealed what is kept: put it back`
            : `ENCRYPTION_KEYS has another key under the name "${key}" than the one that sealed what is kept`;
        log.error({ ...about, key }, words);
      }
    } catch (error) {
      log.warn({ err: error }, 'could not look for what older keys sealed; trying again in an hour');
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await looking;
    },
  };
}
