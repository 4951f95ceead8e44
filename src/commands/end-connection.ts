/**
 * The end of a connection: seats drop claims and holds and end, no member is touched, the grant is revoked and
 * deleted. The row stays, so that the slug is never used again.
 */
import type { Plan } from '../domain/plan.ts';
import type { ConnectionRow } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import {
  closeConnection,
  giveUpIntents,
  hasWritesInFlight,
  lockSeatsOfConnection,
  releaseSeat,
} from '../store/ended-connection.ts';
import { tellTemporal } from '../store/outbox.ts';
import { inTransaction } from '../store/transaction.ts';

/** Writes in flight are given this long to be read back. */
const PATIENCE_MS = 60_000;

/** A write is in flight: come back later. Thrown so that the relay postpones the row. */
class WritesInFlight extends Error {
  override readonly name = 'WritesInFlight';
}

/**
 * @param revokeGrant tells Dropbox; its failure does not keep the connection alive
 * @throws WritesInFlight while an intent younger than a minute is open
 */
export async function endConnection({
  db,
  connection,
  revokeGrant,
}: {
  db: Database;
  connection: ConnectionRow;
  revokeGrant: (connectionId: string) => Promise<void>;
}): Promise<void> {
  const { id: connectionId } = connection;
  if (await hasWritesInFlight({ db, connectionId, youngerThanMs: PATIENCE_MS })) throw new WritesInFlight();
  await revokeGrant(connectionId).catch(() => {});
  await inTransaction(db, async (tx) => {
    await closeConnection({ tx, connectionId });
    const open = await lockSeatsOfConnection({ tx, connectionId });
    const at = new Date().toISOString();
    for (const { id, planVersion } of open) {
      const plan: Plan = {
        version: planVersion + 1,
        steps: [{ at, desired: 'none', profileRevision: null, cause: { assignment: true } }],
      };
      await releaseSeat({ tx, seatId: id, plan });
    }
    await giveUpIntents({ tx, connectionId });
    await tellTemporal({ tx, kind: 'seat', subjects: open.map(({ id }) => ({ id })) });
  });
}
