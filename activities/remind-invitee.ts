/**
 * Mails an invitation once more. Dropbox shows no trace of a mail, so the intent is the only proof: it is closed as
 * soon as Dropbox answers, and one that was left open (a lost answer, a dead worker) counts as sent.
 */
import { DropboxFailure } from '../src/dropbox/failure.ts';
import type { Member } from '../src/dropbox/members.ts';
import { invitationDue } from '../src/store/due-invitations.ts';
import { endIntent } from '../src/store/intents.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { look } from './member-look.ts';
import { type Found, type SeatDeps, seatStep, type Turn, versions, write } from './seat-step.ts';
import { saveUnaccepted } from './unaccepted-invitation.ts';

export const remindInvitee =
  (deps: SeatDeps): DropboxActivities['remindInvitee'] =>
  (input) =>
    seatStep({ deps, input, begin: (found) => begin({ ...found, input }), act: remind });

async function begin({ tx, seatCase, input }: Found & { input: SeatStepInput }): Promise<SeatCase | null> {
  const { seat, openIntent } = seatCase;
  // The settings, or another try of this step, may have been quicker than the seat.
  if (openIntent !== null || (await invitationDue({ tx, seatId: seat.id })) === 'remind') return seatCase;
  await saveSeat({ tx, seatId: seat.id, changes: { invitationDue: null }, judgement: versions(input) });
  return null;
}

async function remind(turn: Turn): Promise<void> {
  const { deps, begun, client } = turn;
  const { openIntent, seat } = begun;
  const seen = await look({ db: deps.db, client, seat, email: null, openIntent });
  const { own } = seen;
  if (own?.status !== 'invited' || seen.settled !== null) return saveUnaccepted({ ...turn, seen });
  await send({ ...turn, member: own });
}

async function send({
  deps,
  input,
  client,
  member: { teamMemberId },
}: Turn & { member: Member }): Promise<void> {
  const sent: { intentId?: number; refusal?: string } = {};
  const written = await write({
    deps,
    input,
    intent: { action: 'remind', profileRevision: null, choices: {} },
    mayLookAgain: false,
    call: async (options, intentId) => {
      sent.intentId = intentId;
      try {
        await client.sendWelcomeEmail({ teamMemberId, ...options });
      } catch (error) {
        // The member is as before, and a mail that was not sent is no reason to stop the seat.
        if (!(error instanceof DropboxFailure) || error.code !== 'dropbox_refused') throw error;
        sent.refusal = error.tag ?? error.code;
      }
    },
  });
  const { intentId, refusal } = sent;
  if (written !== 'sent' || intentId === undefined) return;
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: input.seatId });
    await endIntent({
      tx,
      intentId,
      ...(refusal === undefined ? { outcome: 'applied' } : { outcome: 'refused', refusal }),
    });
    await saveSeat({
      tx,
      seatId: input.seatId,
      changes: { invitationDue: null },
      judgement: versions(input),
    });
  });
}
