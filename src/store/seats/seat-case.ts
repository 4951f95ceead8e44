/** Everything that one step on a seat is judged by, read under the seat's lock. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import {
  connectionSettings,
  connections,
  intents,
  profileRevisions,
  seats,
} from '../../../drizzle/schema.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Transaction } from '../database.ts';

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

/** @throws Error when there is no such seat: seats are never deleted, so the id is a defect of ours */
export async function openCase({ tx, seatId }: { tx: Transaction; seatId: string }): Promise<SeatCase> {
  const [seat] = await tx.select().from(seats).where(eq(seats.id, seatId)).for('update');
  if (seat === undefined) throw new Error(`there is no seat ${seatId}`);
  const [connected] = await tx
    .select({ connection: connections, settings: connectionSettings.settings })
    .from(connections)
    .innerJoin(
      connectionSettings,
      and(
        eq(connectionSettings.connectionId, connections.id),
        eq(connectionSettings.version, connections.settingsVersion),
      ),
    )
    .where(eq(connections.id, seat.connectionId));
  if (connected === undefined) throw new Error(`seat ${seatId} has no connection`);
  const [openIntent] = await tx
    .select()
    .from(intents)
    .where(and(eq(intents.seatId, seatId), isNull(intents.endedAt)))
    .orderBy(desc(intents.id));
  return { seat, ...connected, openIntent: openIntent ?? null };
}

export async function profileOf({
  tx,
  personId,
  revision,
}: {
  tx: Transaction;
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
