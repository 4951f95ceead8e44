/** The seats of those who are to receive a leaver's files. */
import { and, eq } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import { sliceAt } from '../../domain/person.ts';
import type { Queryable, Transaction } from '../database.ts';
import { slicesOfPerson } from '../directory.ts';
import type { Seat } from './seat-case.ts';

/** @returns the manager's member on the same connection, as HR last named the manager; null when there is none */
export async function memberOfManager({
  tx,
  seat: { personId, connectionId },
  nowMs,
}: {
  tx: Transaction;
  seat: Seat;
  nowMs: number;
}): Promise<string | null> {
  const { managerExternalId } = sliceAt({
    slices: await slicesOfPerson({ tx, externalId: personId }),
    nowMs,
  });
  if (managerExternalId === null) return null;
  const [row] = await tx
    .select({ teamMemberId: seats.teamMemberId })
    .from(seats)
    .where(and(eq(seats.connectionId, connectionId), eq(seats.personId, managerExternalId)));
  return row?.teamMemberId ?? null;
}

/** Seats that look after this member; none for a member whom nobody assigned. */
export const seatsOfMember = ({
  tx,
  connectionId,
  teamMemberId,
}: {
  tx: Queryable;
  connectionId: string;
  teamMemberId: string;
}): Promise<Pick<Seat, 'state' | 'plan'>[]> =>
  tx
    .select({ state: seats.state, plan: seats.plan })
    .from(seats)
    .where(and(eq(seats.connectionId, connectionId), eq(seats.teamMemberId, teamMemberId)));
