/** The outcome of a step. What is not named stays; a judgement replaces the one before it as a whole. */
import { eq } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import type { Attention, SkippedAction, Waiting } from '../../domain/seat.ts';
import type { Transaction } from '../database.ts';
import type { Seat } from './seat-case.ts';

/** For which versions the seat was judged, and with what result; none of the three means that all is well. */
export type Judgement = {
  planVersion: number;
  settingsVersion: number;
  waiting?: Waiting;
  attention?: Attention;
  skipped?: SkippedAction;
};

type Changes = Partial<
  Pick<Seat, 'state' | 'memberStatus' | 'teamMemberId' | 'profileRevision' | 'holdUntil' | 'readBackAt'>
>;

export async function saveSeat({
  tx,
  seatId,
  changes = {},
  judgement,
}: {
  tx: Transaction;
  seatId: string;
  changes?: Changes;
  judgement?: Judgement;
}): Promise<void> {
  await tx
    .update(seats)
    .set({
      ...changes,
      ...(judgement === undefined
        ? {}
        : {
            judgedPlan: judgement.planVersion,
            judgedSettings: judgement.settingsVersion,
            waiting: judgement.waiting ?? null,
            attention: judgement.attention ?? null,
            skipped: judgement.skipped ?? null,
          }),
      updatedAt: new Date(),
    })
    .where(eq(seats.id, seatId));
}
