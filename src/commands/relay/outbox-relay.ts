/**
 * Carries the outbox to Temporal, any number of relays side by side. Three loops that never wait for each other:
 *
 *   single     one person's event, syncs, schedules: removals first, as they come, at most 100 a second
 *   bulk       what many seats are told of together: removals first, no faster than it is worked off (bulk-window.ts)
 *   recompute  changes of groups and assignments that touch many people, chunk by chunk, into the outbox
 *
 * A row that cannot be sent comes back after 0.5 s, 1 s … 15 s; nothing is lost, since a row is dropped only when it
 * was sent. While Temporal is away all wait for one probe (temporal-link.ts).
 */
import type { Client } from '@temporalio/client';
import type { ConnectionRow } from '../../store/connections.ts';
import type { Database } from '../../store/database.ts';
import { dropFromOutbox, leaseOutbox, type OutboxRow, postponeOutbox } from '../../store/outbox.ts';
import { listenForOutbox } from '../../store/outbox-listener.ts';
import { recomputeChunk } from '../../store/planning/recompute.ts';
import { bulkWindow } from './bulk-window.ts';
import { type Pace, pace } from './pace.ts';
import { tellSeat } from './tell-seat.ts';
import { tellSchedule, tellSync } from './tell-sync.ts';
import { type TemporalLink, temporalLink } from './temporal-link.ts';

export type RelayOptions = {
  db: Database;
  client: Client;
  endConnection: (connection: ConnectionRow) => Promise<void>;
  /** Rows a second that are not bulk; starts that are not paced make lifecycles lag. */
  ratePerSecond?: number;
  onTrouble?: (trouble: { kind: string; error: string }) => void;
};

export type Relay = { stop(): Promise<void> };

type Loop = RelayOptions & { relayPace: Pace; link: TemporalLink };

const BATCH = 20;
const LEASE_MS = 30_000;
/** In case a notification was missed. */
const LOOK_EVERY_MS = 1_000;
/** Nobody says when a seat was judged, so that its place in the window is free. */
const ROOM_EVERY_MS = 100;
/** Between chunks: whoever waits for the locks of one gets them before the next. */
const BETWEEN_CHUNKS_MS = 20;
/** The client tries again within it, and once after it; a worker that is told to stop has nine seconds for all. */
const RPC_TIMEOUT_MS = 5_000;

/** Runs until stopped; `stop` waits for what is being sent. */
export function startRelay(options: RelayOptions): Relay {
  const relayPace = pace();
  const loop: Loop = {
    ...options,
    relayPace,
    link: temporalLink({ client: options.client, pace: relayPace }),
  };
  const listener = listenForOutbox({ pool: options.db.$client, onNotice: relayPace.news });
  const running = Promise.all([sendSingle(loop), sendBulk(loop), recompute(loop)]);
  return {
    stop: async () => {
      relayPace.end();
      await listener.stop();
      await running;
    },
  };
}

async function sendSingle(loop: Loop): Promise<void> {
  const { db, relayPace, link, ratePerSecond = 100 } = loop;
  const listener = { heard: 0 };
  while (!relayPace.isOver) {
    await link.ready();
    if (relayPace.isOver) return;
    const startedAtMs = performance.now();
    const rows = await leaseOutbox({ db, limit: BATCH, leaseMs: LEASE_MS }).catch(() => []);
    await sendAll({ ...loop, rows });
    if (rows.length < BATCH) await relayPace.untilNews(LOOK_EVERY_MS, listener);
    else await relayPace.pause((rows.length / ratePerSecond) * 1_000 - (performance.now() - startedAtMs));
  }
}

async function sendBulk(loop: Loop): Promise<void> {
  const { db, relayPace, link } = loop;
  const listener = { heard: 0 };
  const window = bulkWindow({ db });
  while (!relayPace.isOver) {
    await link.ready();
    if (relayPace.isOver) return;
    const rows = await window.lease().catch(() => []);
    const unsent = await sendAll({ ...loop, rows });
    for (const row of unsent) window.giveBack(row);
    if (window.size === 0) await relayPace.untilNews(LOOK_EVERY_MS, listener);
    else await relayPace.pause(ROOM_EVERY_MS);
  }
}

async function recompute({ db, relayPace, onTrouble }: Loop): Promise<void> {
  const listener = { heard: 0 };
  while (!relayPace.isOver) {
    const hadWork = await recomputeChunk({ db, now: Date.now }).catch((error: unknown) => {
      onTrouble?.({ kind: 'recompute', error: error instanceof Error ? error.name : 'unknown' });
      return false;
    });
    if (hadWork) await relayPace.pause(BETWEEN_CHUNKS_MS);
    else await relayPace.untilNews(LOOK_EVERY_MS, listener);
  }
}

/** @returns those that could not be sent */
async function sendAll<Row extends OutboxRow>({ rows, ...loop }: Loop & { rows: Row[] }): Promise<Row[]> {
  const sent = await Promise.all(rows.map((row) => send({ ...loop, row })));
  const unsent = rows.filter((_, i) => sent[i] === false);
  if (rows.length > 0 && unsent.length === rows.length) loop.link.doubt();
  return unsent;
}

async function send({
  db,
  client,
  endConnection,
  onTrouble,
  row,
}: RelayOptions & { row: OutboxRow }): Promise<boolean> {
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
    return true;
  } catch (error) {
    onTrouble?.({ kind, error: error instanceof Error ? error.name : 'unknown' });
    const delayMs = Math.min(500 * 2 ** Math.min(attempts - 1, 5), 15_000);
    await postponeOutbox({ db, kind, subjectId, delayMs }).catch(() => {});
    return false;
  }
}
