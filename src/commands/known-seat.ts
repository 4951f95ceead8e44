/** The seat that an operator decides about. */
import type { Database, Transaction } from '../store/database.ts';
import { lockSeatOfPerson } from '../store/seats/next-plan.ts';
import type { Seat } from '../store/seats/seat-case.ts';
import { CommandRefusal } from './refusal.ts';

export type Deciding = { db: Database; connectionId: string; personId: string; actor: string };

/** Locked until the transaction ends. @throws CommandRefusal `not_found` */
export async function knownSeat({
  tx,
  connectionId,
  personId,
}: {
  tx: Transaction;
  connectionId: string;
  personId: string;
}): Promise<Seat> {
  const seat = await lockSeatOfPerson({ tx, connectionId, personId });
  if (seat !== undefined) return seat;
  throw new CommandRefusal({
    code: 'not_found',
    detail: 'The person has no seat on this connection.',
    nextStep: 'GET /v1/people/{externalId} shows the seats of a person.',
  });
}

export const conflict = (about: { detail: string; nextStep: string }): CommandRefusal =>
  new CommandRefusal({ code: 'state_conflict', ...about });

export const SEE_SEAT = 'GET /v1/people/{externalId} shows the seat.';
