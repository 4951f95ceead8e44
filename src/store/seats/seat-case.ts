/** Everything that one step on a seat is judged by, read under the seat's lock. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { connections, intents, profileRevisions, seats } from '../../../drizzle/schema.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Queryable, Transaction } from '../database.ts';
import { settingsOfVersion } from '../settings.ts';

export type Seat = typeof seats.$inferSelect;
export type Intent = typeof intents.$inferSelect;
export type Profile = { email: string | null; givenName: string | null; surname: string | null };

export type SeatCase = {
  seat: Seat;
  connection: typeof connections.$inferSelect;
  settings: Settings;
  /** The call whose outcome nobody knows. */
  openIntent: Intent | null;
};

/**
 * Connection before seat, as everybody locks them. Settings cannot change until the transaction ends: whoever replaces
 * them sees what was judged by the old ones, and wakes those for whom the new ones make a difference.
 * @throws Error when there is no such seat: seats are never deleted, so the id is a defect of ours
 */
export async function openCase({ tx, seatId }: { tx: Transaction; seatId: string }): Promise<SeatCase> {
  const ofSeat = tx.select({ id: seats.connectionId }).from(seats).where(eq(seats.id, seatId));
  const [connection] = await tx.select().from(connections).where(eq(connections.id, ofSeat)).for('key share');
  const [seat] = await tx.select().from(seats).where(eq(seats.id, seatId)).for('update');
  if (seat === undefined || connection === undefined) throw new Error(`there is no seat ${seatId}`);
  const settings = await settingsOfVersion({
    tx,
    connectionId: connection.id,
    version: connection.settingsVersion,
  });
  if (settings === undefined) throw new Error(`connection ${connection.id} has no settings`);
  const [openIntent] = await tx
    .select()
    .from(intents)
    .where(and(eq(intents.seatId, seatId), isNull(intents.endedAt)))
    .orderBy(desc(intents.id));
  return { seat, connection, settings, openIntent: openIntent ?? null };
}

export async function profileOf({
  tx,
  personId,
  revision,
}: {
  tx: Queryable;
  personId: string;
  revision: number;
}): Promise<Profile> {
  const [profile] = await tx
    .select()
    .from(profileRevisions)
    .where(and(eq(profileRevisions.personId, personId), eq(profileRevisions.revision, revision)));
  if (profile === undefined) throw new Error('a plan names a profile revision that was never stored');
  return profile;
}
