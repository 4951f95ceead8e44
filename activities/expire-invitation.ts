/**
 * Cancels an invitation that nobody accepted in time. The seat keeps the address and asks for attention: the person is
 * invited again by a newer plan only, which a retry and every later fact about their state bring.
 */
import { invitationDue } from '../src/store/due-invitations.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { remove } from './deprovision-seat.ts';
import { refusalBeforeCall } from './guarded-members.ts';
import { type Look, look } from './member-look.ts';
import {
  afterContradiction,
  askForAttention,
  type Found,
  openIntentOf,
  type SeatDeps,
  seatStep,
  type Turn,
  versions,
} from './seat-step.ts';
import { saveUnaccepted } from './unaccepted-invitation.ts';

/** Look, cancel, look; once more if the member had changed in between. */
const LOOKS = 3;

export const expireInvitation =
  (deps: SeatDeps): DropboxActivities['expireInvitation'] =>
  (input) =>
    seatStep({ deps, input, begin: (found) => begin({ ...found, input }), act: cancel });

async function begin({ tx, seatCase, input }: Found & { input: SeatStepInput }): Promise<SeatCase | null> {
  const { seat, openIntent } = seatCase;
  // The settings may have changed since the sync, or somebody may have been invited anew.
  if (openIntent !== null || (await invitationDue({ tx, seatId: seat.id })) === 'expire') return seatCase;
  await saveSeat({ tx, seatId: seat.id, changes: { invitationDue: null }, judgement: versions(input) });
  return null;
}

async function cancel(turn: Turn): Promise<void> {
  const { deps, input, begun, client } = turn;
  let { openIntent } = begun;
  let isCancelled = false;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({ db: deps.db, client, seat: begun.seat, email: null, openIntent });
    const { own } = seen;
    isCancelled ||= seen.settled?.intent.choices.cancelsInvitation === true && seen.settled.applied;
    if (isCancelled && (own === null || own.status === 'removed')) return stayCancelled({ ...turn, seen });
    if (own?.status !== 'invited') return saveUnaccepted({ ...turn, seen });
    const refusal = await refusalBeforeCall({ ...turn, member: own });
    if (refusal !== null) {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: refusal }));
    }
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'remove' });
    const removed = await remove({ ...turn, member: own, mayLookAgain, cancelsInvitation: true });
    if (removed === 'over') return;
    mayLookAgain &&= removed === 'sent';
    openIntent = await openIntentOf({ deps, input });
  }
}

async function stayCancelled({ deps, input, seen }: Turn & { seen: Look }): Promise<void> {
  const attention = { code: 'invitation_expired', since: new Date().toISOString() } as const;
  // An invitation cannot be recovered, so this one was accepted between look and call: the account comes back at once.
  const wasAccepted = seen.own?.recoverable === true;
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: input.seatId });
    await saveSeat({
      tx,
      seatId: input.seatId,
      changes: { state: 'waiting', memberStatus: 'removed', readBackAt: seen.at },
      judgement: { ...versions(input), ...(wasAccepted ? {} : { attention }) },
    });
  });
}
