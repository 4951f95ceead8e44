import { type ConnectionRow, lockConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
import { queueSync } from '../store/sync-queue.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';

/**
 * Asks for a sync now.
 * @returns the run that is queued or under way, if there is one; a new one otherwise
 * @throws {CommandRefusal} `not_found`; `state_conflict` while the connection may not call Dropbox
 */
export function requestSync({
  db,
  connectionId,
  now,
}: {
  db: Database;
  connectionId: string;
  now: Date;
}): Promise<{ syncId: string }> {
  return inTransaction(db, async (tx) => {
    const connection = await lockConnection({ tx, id: connectionId });
    const refusal = refusalFor(connection);
    if (refusal !== null) throw refusal;
    const { id, isNew } = await queueSync({ tx, connectionId, now });
    if (isNew) await tellTemporal({ tx, kind: 'sync', subjects: [{ id: connectionId }] });
    return { syncId: id };
  });
}

function refusalFor(connection: ConnectionRow | undefined): CommandRefusal | null {
  if (connection === undefined) {
    return new CommandRefusal({
      code: 'not_found',
      detail: 'There is no such connection.',
      nextStep: 'GET /v1/connections lists them all.',
    });
  }
  const { status, slug } = connection;
  const conflict = (detail: string, nextStep: string) =>
    new CommandRefusal({ code: 'state_conflict', detail, nextStep });
  switch (status) {
    case 'connected':
      return null;
    case 'broken':
      return conflict(
        'Dropbox no longer accepts the grant of this connection.',
        `Renew it with POST /v1/connections/${slug}/reauthorizations.`,
      );
    case 'paused':
      return conflict('The connection is paused.', `Resume it with POST /v1/connections/${slug}/resume.`);
    case 'disconnecting':
      return conflict('The connection is being disconnected.', 'Connect the team anew when it has ended.');
    default:
      return status satisfies never;
  }
}
