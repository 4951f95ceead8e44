/** The end of a step on an invitation that found something else than an invitation, or nothing left to do. */
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { Look } from './member-look.ts';
import { askForAttention, type Turn } from './seat-step.ts';
import { saveSeen } from './seen-seat.ts';

export async function saveUnaccepted(
  turn: Pick<Turn, 'deps' | 'input' | 'begun'> & { seen: Look },
): Promise<void> {
  const { deps, input, seen } = turn;
  const { own } = seen;
  const invitationDue = null;
  if (own !== null && own.status !== 'removed') {
    const { status, teamMemberId } = own;
    const isKnown = status !== 'unknown';
    const changes = isKnown ? { state: status, memberStatus: status, teamMemberId } : {};
    return saveSeen({ ...turn, changes: { ...changes, invitationDue } });
  }
  // Somebody took the invitation back by hand.
  await inTransaction(deps.db, async (tx) => {
    const { seat } = await openCase({ tx, seatId: input.seatId });
    const changes = { memberStatus: 'removed', invitationDue, readBackAt: seen.at } as const;
    await saveSeat({ tx, seatId: seat.id, changes });
    await askForAttention({ tx, input, code: 'drift' });
  });
}
