/** Steps that only read or write PostgreSQL. */
import type { Database } from '../src/store/database.ts';
import { type Judgement, saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { seatTruth } from '../src/store/seats/seat-truth.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { RecordActivities, SeatStepInput, SeatTruth } from './contract.ts';
import { isExpiredInvitation, isOfEarlierStep } from './seat-step.ts';

type Activities = Pick<RecordActivities, 'lookAtSeat' | 'recordSkipped' | 'flagSeat'>;

export function createSeatRecordActivities({ db }: { db: Database }): Activities {
  /** Keeps the judgement, unless plan or settings moved on; says what holds then. */
  const judged = async ({
    input,
    judgement,
  }: {
    input: SeatStepInput;
    judgement: Pick<Judgement, 'attention' | 'skipped'> | 'keep';
  }): Promise<SeatTruth> => {
    const { seatId, planVersion, settingsVersion } = input;
    await inTransaction(db, async (tx) => {
      const { seat, connection } = await openCase({ tx, seatId });
      if (seat.planVersion !== planVersion || connection.settingsVersion !== settingsVersion) return;
      const isJudged =
        seat.judgedPlan === planVersion && seat.judgedSettings === settingsVersion && !isOfEarlierStep(seat);
      if (judgement === 'keep' && isJudged) return;
      const { attention } = seat;
      const kept = attention !== null && isExpiredInvitation({ seat, input }) ? { attention } : {};
      const result = judgement === 'keep' ? kept : judgement;
      await saveSeat({ tx, seatId, judgement: { planVersion, settingsVersion, ...result } });
    });
    return seatTruth({ db, seatId });
  };

  const now = (): string => new Date().toISOString();
  return {
    lookAtSeat: (input) => judged({ input, judgement: 'keep' }),
    recordSkipped: ({ action, ...input }) =>
      judged({ input, judgement: { skipped: { action, planVersion: input.planVersion, at: now() } } }),
    flagSeat: ({ code, ...input }) => judged({ input, judgement: { attention: { code, since: now() } } }),
  };
}
