/**
 * The outcome of a step. What is not named stays; a judgement replaces the one before it as a whole. What people would
 * notice goes on record. The caller holds the seat's lock.
 */
import { eq } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import { OURSELVES } from '../../domain/record.ts';
import type { Attention, SkippedAction, Waiting } from '../../domain/seat.ts';
import type { Transaction } from '../database.ts';
import { appendEntries } from '../record/append-entries.ts';
import { seatChange, seatOnRecord } from '../record/seat-entries.ts';
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
  Pick<
    Seat,
    | 'state'
    | 'memberStatus'
    | 'teamMemberId'
    | 'profileRevision'
    | 'holdUntil'
    | 'readBackAt'
    | 'invitationDue'
  >
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
  const { about, mark } = await seatOnRecord({ tx, seatId });
  const [after] = await tx
    .update(seats)
    .set({
      // What was due for one invitation is not due for the next.
      ...(changes.state === undefined || changes.state === 'invited' ? {} : { invitationDue: null }),
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
    .where(eq(seats.id, seatId))
    .returning();
  if (after === undefined) return;
  const change = seatChange({ before: mark, after });
  if (change === null) return;
  const { planVersion: plan = about.plan, settingsVersion: settings = about.settings } = judgement ?? {};
  await appendEntries({ tx, entries: [{ ...change, actor: OURSELVES, ...about, plan, settings }] });
}
