/** A connection that is paused takes facts in and asks nothing of Dropbox, until it is resumed. */
import { wakeWaitingSeats } from '../store/connection-checks.ts';
import { lockConnection, setPaused } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';

type Pausing = { db: Database; connectionId: string; actor: string };

/**
 * Calls that were sent already are read back by whoever sent them; no other begins.
 * @throws CommandRefusal `state_conflict` when it is paused already, broken or going
 */
export async function pauseConnection({ db, connectionId, actor }: Pausing): Promise<void> {
  await inTransaction(db, async (tx) => {
    const connection = await lockConnection({ tx, id: connectionId });
    if (connection?.status !== 'connected') throw notNow({ status: connection?.status, wish: 'paused' });
    await setPaused({ tx, id: connectionId, isPaused: true, actor });
  });
}

/**
 * The seats go on, removals first.
 * @throws CommandRefusal `state_conflict` when it is not paused
 */
export async function resumeConnection({
  db,
  connectionId,
  actor,
  now,
}: Pausing & { now: Date }): Promise<void> {
  await inTransaction(db, async (tx) => {
    const connection = await lockConnection({ tx, id: connectionId });
    if (connection?.status !== 'paused') throw notNow({ status: connection?.status, wish: 'resumed' });
    await setPaused({ tx, id: connectionId, isPaused: false, actor });
    await wakeWaitingSeats({ tx, connectionId, nowMs: now.getTime() });
  });
}

const notNow = ({ status = 'gone', wish }: { status: string | undefined; wish: string }): CommandRefusal =>
  new CommandRefusal({
    code: 'state_conflict',
    detail: `The connection is ${status}, so it cannot be ${wish}.`,
    nextStep:
      status === 'broken'
        ? 'It asks nothing of Dropbox as it is. POST …/reauthorizations brings it back.'
        : 'GET /v1/connections/{connection} shows how it is.',
  });
