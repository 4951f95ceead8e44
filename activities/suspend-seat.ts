/**
 * Suspends a member. Somebody who was only invited cannot be suspended: the invitation is cancelled, and the seat
 * waits, keeping the address, until the suspension ends.
 */
import type { Member } from '../src/dropbox/members.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import type { SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { hold, remove } from './deprovision-seat.ts';
import { refusalBeforeCall } from './guarded-members.ts';
import { look } from './member-look.ts';
import {
  afterContradiction,
  askForAttention,
  type Found,
  isJudgedDrift,
  openIntentOf,
  type SeatDeps,
  seatStep,
  type Turn,
  versions,
  write,
} from './seat-step.ts';
import { saveSeen } from './seen-seat.ts';

/** Look, suspend or cancel, look; once more if the member had changed in between. */
const LOOKS = 3;

export const suspendSeat =
  (deps: SeatDeps): DropboxActivities['suspendSeat'] =>
  (input) =>
    seatStep({ deps, input, begin: (found) => begin({ ...found, input }), act: stopTakingPart });

async function begin({ tx, seatCase, input }: Found & { input: SeatStepInput }): Promise<SeatCase | null> {
  const { seat, openIntent } = seatCase;
  if (openIntent !== null) return seatCase;
  if (isJudgedDrift({ seat, input })) return null;
  const isThere = seat.memberStatus === 'invited' || seat.memberStatus === 'active';
  if (isThere) return seatCase;
  await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
  return null;
}

async function stopTakingPart(turn: Turn): Promise<void> {
  const { deps, input, begun, client } = turn;
  let { openIntent } = begun;
  let isCancelled = false;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({ db: deps.db, client, seat: begun.seat, email: null, openIntent });
    const { own } = seen;
    isCancelled ||= seen.settled?.intent.choices.cancelsInvitation === true && seen.settled.applied;
    if (own === null || own.status === 'removed') {
      if (!isCancelled) return hold({ ...turn, seen, emailBefore: null });
      // The address stays the person's own: who is invited again is the same person.
      return saveSeen({ ...turn, seen, changes: { state: 'waiting', memberStatus: 'removed' } });
    }
    const { status, teamMemberId } = own;
    if (status === 'suspended') {
      return saveSeen({ ...turn, seen, changes: { state: status, memberStatus: status, teamMemberId } });
    }
    const refusal = status === 'unknown' ? 'drift' : await refusalBeforeCall({ ...turn, member: own });
    if (refusal !== null) {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: refusal }));
    }
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'suspend' });
    const written: Awaited<ReturnType<typeof write>> =
      status === 'invited'
        ? await remove({ ...turn, member: own, mayLookAgain, cancelsInvitation: true })
        : await suspend({ ...turn, member: own, mayLookAgain });
    if (written === 'over') return;
    mayLookAgain &&= written === 'sent';
    openIntent = await openIntentOf({ deps, input });
  }
}

async function suspend({
  deps,
  input,
  begun,
  client,
  member: { teamMemberId },
  mayLookAgain,
}: Turn & { member: Member; mayLookAgain: boolean }) {
  const choices = { wipeData: begun.settings.suspend.wipe };
  return write({
    deps,
    input,
    intent: { action: 'suspend', profileRevision: null, choices },
    mayLookAgain,
    call: async (options) => {
      await client.suspendMember({ teamMemberId, ...choices, ...options });
    },
  });
}
