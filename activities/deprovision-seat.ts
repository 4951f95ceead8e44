/**
 * Removes a member that we look after, without wiping and without a transfer unless chosen, and begins the hold of
 * the address at the time of the look that shows the removal. A seat that never was a member only lets go of what it
 * claimed or waited for.
 */
import { holdEndMs } from '../src/domain/email-hold.ts';
import type { MemberStatus } from '../src/domain/seat.ts';
import type { Member } from '../src/dropbox/members.ts';
import { emailKey } from '../src/store/claims/email-key.ts';
import { holdAddresses } from '../src/store/claims/hold-addresses.ts';
import { releaseAddresses } from '../src/store/claims/release-addresses.ts';
import { keepJob } from '../src/store/intents.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { tellOfMissingReceiver } from './file-receiver.ts';
import { refusalBeforeCall } from './guarded-members.ts';
import { type Look, look } from './member-look.ts';
import {
  afterContradiction,
  askForAttention,
  type Found,
  isJudgedDrift,
  openIntentOf,
  type SeatDeps,
  seatStep,
  stateWithoutMember,
  type Turn,
  versions,
  write,
} from './seat-step.ts';

/** Look, remove, look; once more if the look shows that the removal had no effect. */
const LOOKS = 3;

export const deprovisionSeat =
  (deps: SeatDeps): DropboxActivities['deprovisionSeat'] =>
  (input) =>
    seatStep({
      deps,
      input,
      begin: (found) => begin({ ...found, input }),
      act: stopBeingMember,
    });

async function begin({ tx, seatCase, input }: Found & { input: SeatStepInput }): Promise<SeatCase | null> {
  const { seat, openIntent } = seatCase;
  if (openIntent === null && isJudgedDrift({ seat, input })) return null;
  const { memberStatus: status } = seat;
  if (openIntent === null && seat.state === 'held' && isThere(status)) {
    // Recovered by hand, which nobody wants: the removal, and with it the hold, begin anew.
    const back = { state: status, holdUntil: null };
    await saveSeat({ tx, seatId: seat.id, changes: back });
    return { ...seatCase, seat: { ...seat, ...back } };
  }
  if (openIntent === null && (seat.state === 'held' || seat.state === 'released')) {
    await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
    return null;
  }
  const neverWasMember = seat.teamMemberId === null && openIntent === null;
  if (!neverWasMember) return seatCase;
  const nowMs = Date.now();
  await releaseAddresses({ tx, seatId: seat.id, nowMs });
  const state = stateWithoutMember({ plan: seat.plan, nowMs });
  await saveSeat({ tx, seatId: seat.id, changes: { state }, judgement: versions(input) });
  return null;
}

const isThere = (status: MemberStatus | null): status is 'invited' | 'active' | 'suspended' =>
  status === 'invited' || status === 'active' || status === 'suspended';

async function stopBeingMember(turn: Turn): Promise<void> {
  const { deps, input, begun, client } = turn;
  let { openIntent } = begun;
  let emailBefore: string | null = null;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({ db: deps.db, client, seat: begun.seat, email: null, openIntent });
    const { own } = seen;
    if (own === null || own.status === 'removed') {
      await hold({ ...turn, seen, emailBefore });
      return tellOfMissingReceiver({ ...turn, seen });
    }
    emailBefore = own.email;
    const refusal = await refusalBeforeCall({ ...turn, member: own });
    if (refusal !== null) {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: refusal }));
    }
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'remove' });
    const removed = await remove({ ...turn, member: own, mayLookAgain });
    if (removed === 'over') return;
    mayLookAgain &&= removed === 'sent';
    openIntent = await openIntentOf({ deps, input });
  }
}

/** @param cancelsInvitation on record: the invitation ends, not the membership */
export async function remove({
  deps,
  input,
  begun,
  client,
  member,
  mayLookAgain,
  cancelsInvitation = false,
}: Turn & { member: Member; mayLookAgain: boolean; cancelsInvitation?: boolean }) {
  const { wipe, keepAccount } = begun.settings.deprovision;
  // There is nothing to wipe or to keep of somebody who never came.
  const isInvited = member.status === 'invited';
  const choices = { wipeData: wipe && !isInvited, keepAccount: keepAccount && !isInvited };
  return write({
    deps,
    input,
    intent: {
      action: 'remove',
      profileRevision: null,
      choices: { ...choices, ...(cancelsInvitation ? { cancelsInvitation } : {}) },
      state: 'deprovisioning',
    },
    mayLookAgain,
    call: async (options, intentId) => {
      const launch = await client.removeMember({
        teamMemberId: member.teamMemberId,
        ...choices,
        ...options,
      });
      if (launch.outcome === 'job') await keepJob({ db: deps.db, intentId, jobId: launch.jobId });
    },
  });
}

export async function hold({
  deps,
  input,
  begun,
  seen,
  emailBefore,
}: Turn & { seen: Look; emailBefore: string | null }): Promise<void> {
  const { seat, connection } = begun;
  // A return that was cut short does not begin the hold anew.
  const holdUntil =
    seat.holdUntil ?? new Date(holdEndMs({ readBackMs: seen.at.getTime(), holdMs: deps.emailHoldMs }));
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: seat.id });
    await holdAddresses({
      tx,
      seatId: seat.id,
      connectionId: connection.id,
      teamMemberId: seen.own?.teamMemberId ?? seat.teamMemberId,
      emailKeys: emailBefore === null ? [] : [emailKey(emailBefore)],
      heldSince: seen.at,
      holdUntil,
    });
    await saveSeat({
      tx,
      seatId: seat.id,
      changes: {
        state: 'held',
        memberStatus: 'removed',
        teamMemberId: seen.own?.teamMemberId ?? seat.teamMemberId,
        holdUntil,
        readBackAt: seen.at,
      },
      judgement: versions(input),
    });
  });
}
