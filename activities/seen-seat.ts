/** The end of a step that found the member as it should be. */
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { Look } from './member-look.ts';
import { type Turn, versions } from './seat-step.ts';

/** The seat follows what the look showed, and nothing more is to be done for these versions. */
export function saveSeen({
  deps,
  input,
  begun,
  seen,
  changes,
}: Pick<Turn, 'deps' | 'input' | 'begun'> & {
  seen: Look;
  changes: Omit<NonNullable<Parameters<typeof saveSeat>[0]['changes']>, 'readBackAt'>;
}): Promise<void> {
  const seatId = begun.seat.id;
  return inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId });
    await saveSeat({
      tx,
      seatId,
      changes: { ...changes, readBackAt: seen.at },
      judgement: versions(input),
    });
  });
}
