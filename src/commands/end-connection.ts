/**
 * The end of a connection: seats drop claims and holds and end, no member is touched, the grant is revoked and
 * deleted. The row stays, so that the slug is never used again.
 */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import {
  connections,
  emailClaims,
  emailWaiters,
  grants,
  intents,
  plans,
  seats,
} from '../../drizzle/schema.ts';
import type { Plan } from '../domain/plan.ts';
import type { ConnectionRow } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
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
  const ofConnection = db.select({ id: seats.id }).from(seats).where(eq(seats.connectionId, connectionId));
  const [inFlight] = await db
    .select({ id: intents.id })
    .from(intents)
    .where(
      and(
        isNull(intents.endedAt),
        inArray(intents.seatId, ofConnection),
        sql`${intents.startedAt} > now() - ${PATIENCE_MS} * interval '1 millisecond'`,
      ),
    )
    .limit(1);
  if (inFlight !== undefined) throw new WritesInFlight();
  await revokeGrant(connectionId).catch(() => {});
  await inTransaction(db, async (tx) => {
    await tx.update(connections).set({ endedAt: new Date() }).where(eq(connections.id, connectionId));
    await tx.delete(grants).where(eq(grants.connectionId, connectionId));
    await tx.delete(emailWaiters).where(eq(emailWaiters.connectionId, connectionId));
    await tx.delete(emailClaims).where(eq(emailClaims.connectionId, connectionId));
    const open = await tx
      .select({ id: seats.id, version: seats.planVersion })
      .from(seats)
      .where(eq(seats.connectionId, connectionId))
      .for('update');
    const at = new Date().toISOString();
    for (const { id, version } of open) {
      const plan: Plan = {
        version: version + 1,
        steps: [{ at, desired: 'none', profileRevision: null, cause: { assignment: true } }],
      };
      await tx.insert(plans).values({ seatId: id, version: plan.version, plan });
      await tx
        .update(seats)
        .set({
          plan,
          planVersion: plan.version,
          state: 'released',
          waiting: null,
          attention: null,
          skipped: null,
          holdUntil: null,
          teamMemberId: null,
          memberStatus: null,
          updatedAt: new Date(),
        })
        .where(eq(seats.id, id));
    }
    await tx
      .update(intents)
      .set({ outcome: 'not_applied', refusal: 'disconnected', endedAt: new Date() })
      .where(and(isNull(intents.endedAt), inArray(intents.seatId, ofConnection)));
    await tellTemporal({ tx, kind: 'seat', subjects: open.map(({ id }) => ({ id })) });
  });
}
