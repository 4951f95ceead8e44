/** LISTEN on one connection of its own; comes back by itself when PostgreSQL goes away. */
import type pg from 'pg';
import { OUTBOX_CHANNEL } from './outbox.ts';

const RECONNECT_MS = 1_000;

export function listenForOutbox({ pool, onNotice }: { pool: pg.Pool; onNotice: () => void }): {
  stop(): Promise<void>;
} {
  let isStopping = false;
  let client: pg.PoolClient | null = null;
  let retry: NodeJS.Timeout | null = null;

  const connect = async (): Promise<void> => {
    try {
      const next = await pool.connect();
      const lost = (): void => {
        if (client !== next) return;
        client = null;
        next.release(true);
        again();
      };
      next.on('error', lost);
      next.on('end', lost);
      next.on('notification', onNotice);
      client = next;
      await next.query(`listen ${OUTBOX_CHANNEL}`);
      onNotice();
    } catch {
      again();
    }
  };
  const again = (): void => {
    if (isStopping) return;
    retry = setTimeout(() => void connect(), RECONNECT_MS);
  };
  const connecting = connect();
  return {
    stop: async () => {
      isStopping = true;
      if (retry !== null) clearTimeout(retry);
      await connecting;
      const last = client;
      client = null;
      last?.release(true);
    },
  };
}
