/**
 * Carries the outbox to Temporal: removals first, paced, any number of relays side by side. A row that cannot be sent
 * (Temporal is away) comes back after 0.5 s, 1 s … 15 s; nothing is lost, since a row is dropped only when it was sent.
 */
import type { Client } from '@temporalio/client';
import type { ConnectionRow } from '../../store/connections.ts';
import type { Database } from '../../store/database.ts';
import { dropFromOutbox, leaseOutbox, type OutboxRow, postponeOutbox } from '../../store/outbox.ts';
import { listenForOutbox } from '../../store/outbox-listener.ts';
import { recomputeChunk } from '../../store/planning/recompute.ts';
import { tellSeat } from './tell-seat.ts';
import { tellSchedule, tellSync } from './tell-sync.ts';

export type RelayOptions = {
  db: Database;
  client: Client;
  endConnection: (connection: ConnectionRow) => Promise<void>;
  /** Rows a second; bulk starts that are not paced make lifecycles lag. */
  ratePerSecond?: number;
  onTrouble?: (trouble: { kind: string; error: string }) => void;
};

export type Relay = { stop(): Promise<void> };

const BATCH = 20;
const LEASE_MS = 30_000;
/** In case a notification was missed. */
const LOOK_EVERY_MS = 1_000;
const RPC_TIMEOUT_MS = 10_000;

/** Runs until stopped; `stop` waits for what is being sent. */
export function startRelay(options: RelayOptions): Relay {
  const { db, ratePerSecond = 100 } = options;
  const wake = wakeable();
  const listener = listenForOutbox({ pool: db.$client, onNotice: wake.now });
  let isStopping = false;
  const run = async (): Promise<void> => {
    while (!isStopping) {
      const startedAtMs = performance.now();
      const sent = await turn(options).catch(() => 0);
      if (isStopping) return;
      if (sent < BATCH) await wake.within(LOOK_EVERY_MS);
      else await wake.pause((sent / ratePerSecond) * 1_000 - (performance.now() - startedAtMs));
    }
  };
  const running = run();
  return {
    stop: async () => {
      isStopping = true;
      wake.now();
      await listener.stop();
      await running;
    },
  };
}

/** @returns how many rows were due, so that a full batch is followed by the next */
async function turn(options: RelayOptions): Promise<number> {
  const { db } = options;
  const hadWork = await recomputeChunk({ db, now: Date.now });
  const rows = await leaseOutbox({ db, limit: BATCH, leaseMs: LEASE_MS });
  await Promise.all(rows.map((row) => send({ ...options, row })));
  return hadWork ? BATCH : rows.length;
}

async function send({
  db,
  client,
  endConnection,
  onTrouble,
  row,
}: RelayOptions & { row: OutboxRow }): Promise<void> {
  const { kind, subjectId, revision, attempts } = row;
  try {
    await client.withDeadline(Date.now() + RPC_TIMEOUT_MS, () => {
      switch (kind) {
        case 'seat':
          return tellSeat({ db, client, seatId: subjectId });
        case 'sync':
          return tellSync({ db, client, connectionId: subjectId });
        case 'schedule':
          return tellSchedule({ db, client, connectionId: subjectId, endConnection });
        default:
          return kind satisfies never;
      }
    });
    await dropFromOutbox({ db, kind, subjectId, revision });
  } catch (error) {
    onTrouble?.({ kind, error: error instanceof Error ? error.name : 'unknown' });
    const delayMs = Math.min(500 * 2 ** Math.min(attempts - 1, 5), 15_000);
    await postponeOutbox({ db, kind, subjectId, delayMs }).catch(() => {});
  }
}

/** A sleep that somebody can end. */
function wakeable() {
  let wakeUp: (() => void) | null = null;
  let isDue = false;
  const within = (ms: number): Promise<void> => {
    if (isDue || ms <= 0) {
      isDue = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        wakeUp = null;
        isDue = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      wakeUp = done;
    });
  };
  return {
    within,
    pause: (ms: number): Promise<void> =>
      ms <= 0 ? Promise.resolve() : new Promise((r) => setTimeout(r, ms)),
    now: (): void => {
      isDue = true;
      wakeUp?.();
    },
  };
}
