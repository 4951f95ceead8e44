/** Steps that only read or write PostgreSQL. */
import type { Database } from '../src/store/database.ts';
import { type Judgement, saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { seatTruth } from '../src/store/seats/seat-truth.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { RecordActivities, SeatStepInput, SeatTruth } from './contract.ts';
import { isExpiredInvitation, isOfEarlierStep } from './seat-step.ts';

type Activities = Pick<RecordActivities, 'lookAtSeat' | 'recordSkipped'>;

export function createSeatRecordActivities({ db }: { db: Database }): Activities {
  /** Keeps the judgement, unless plan or settings moved on; says what holds then. */
  const judged = async ({
    input,
    judgement,
  }: {
    input: SeatStepInput;
    judgement: Pick<Judgement, 'skipped'> | 'keep';
  }): Promise<SeatTruth> => {
    const { seatId, planVersion, settingsVersion } = input;
    await inTransaction(db, async (tx) => {
      const { seat, connection } = await openCase({ tx, seatId });
      if (seat.planVersion !== planVersion || connection.settingsVersion !== settingsVersion) return;
      const isJudged =
        seat.judgedPlan === planVersion && seat.judgedSettings === settingsVersion && !isOfEarlierStep(seat);
      if (judgement === 'keep' && isJudged) return;
      const { attention } = seat;
      // What somebody changed in Dropbox is still to be decided when the pause is over.
      const outlasts = attention?.code === 'drift' || isExpiredInvitation({ seat, input });
      const asks = attention !== null && outlasts ? { attention } : {};
      const waiting = { kind: 'person', since: now() } as const;
      const kept = isExpiredInvitation({ seat, input }) ? asks : {};
      const result = seat.plan.paused ? { waiting, ...asks } : judgement === 'keep' ? kept : judgement;
      await saveSeat({ tx, seatId, judgement: { planVersion, settingsVersion, ...result } });
    });
    return seatTruth({ db, seatId });
  };

  const now = (): string => new Date().toISOString();
  return {
    lookAtSeat: (input) => judged({ input, judgement: 'keep' }),
    recordSkipped: ({ action, ...input }) =>
      judged({ input, judgement: { skipped: { action, planVersion: input.planVersion, at: now() } } }),
  };
}
