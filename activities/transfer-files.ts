/**
 * Transfers a former member's files when the hold is over. It cannot be undone, so under the seat's lock, at the
 * intent, the plan must still want no seat and the receiver must still stay.
 *
 * Dropbox shows no trace of a transfer except that the removal can no longer be undone, which time brings about as well.
 * So what came of a call whose answer was lost is found out by sending it again: Dropbox transfers once, and says of the
 * second call that it was done, or is under way.
 */
import { lookAgainMs } from '../src/domain/email-hold.ts';
import { hasFiles } from '../src/domain/transfer.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import { keepJob, lastApplied } from '../src/store/intents.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { askForReceiver, findReceiver, isAsked, receiverStays } from './file-receiver.ts';
import type { Look } from './member-look.ts';
import { type Turn, underLock, waitFor, write } from './seat-step.ts';

const DONE_BEFORE = [
  'user_data_already_transferred',
  'already_transferred',
  'already_transferred_or_deleted',
];
const UNDER_WAY = ['user_data_is_being_transferred', 'transfer_in_progress'];

/** Whether the files are yet to be transferred before the address may be released. */
export async function isTransferDue({ deps, begun, seen }: Turn & { seen: Look }): Promise<boolean> {
  const { seat } = begun;
  const { own } = seen;
  const memberId = own?.teamMemberId ?? seat.teamMemberId;
  const isOver = (seat.holdUntil?.getTime() ?? 0) <= seen.at.getTime();
  if (memberId === null || !isOver || !isAsked(begun)) return false;
  if (own !== null && own.status !== 'removed') return false;
  // Dropbox's own window may be longer than the hold, and a transfer would end it; files can be transferred long after.
  if (own?.recoverable === true) return false;
  if (own !== null && !hasFiles(own)) return false;
  const last = await inTransaction(deps.db, (tx) =>
    lastApplied({
      tx,
      seatId: seat.id,
      actions: ['add', 'adopt', 'recover', 'remove', 'transfer'],
    }),
  );
  return last?.action !== 'transfer';
}

/**
 * @returns `said_done` when Dropbox said that the files are transferred; `sent` when a job is to tell; `refused` and
 *   `over` as `write` has it
 */
export async function transferFiles(
  turn: Turn & { seen: Look; mayLookAgain: boolean },
): Promise<'said_done' | 'sent' | 'refused' | 'over'> {
  const { deps, input, begun, client, seen, mayLookAgain } = turn;
  const { seat, connection, settings } = begun;
  const teamMemberId = seen.own?.teamMemberId ?? seat.teamMemberId;
  const receiver = await findReceiver(turn);
  if (receiver === null || teamMemberId === null) {
    await stopForReceiver(turn);
    return 'over';
  }
  const { adminMemberId } = connection;
  const { transferTo } = settings.deprovision;
  let answer: 'said_done' | 'under_way' | 'sent' = 'sent';
  const written = await write({
    deps,
    input,
    intent: {
      action: 'transfer',
      profileRevision: null,
      choices: { to: typeof transferTo === 'string' ? transferTo : 'person', receiver },
    },
    ...(seen.unclear === null ? {} : { repeats: seen.unclear.id }),
    onlyIf: async ({ tx, seatCase }) =>
      isAsked(seatCase) && (await receiverStays({ tx, connectionId: connection.id, teamMemberId: receiver })),
    mayLookAgain,
    call: async (options, intentId) => {
      try {
        const launch = await client.moveFormerMemberFiles({
          teamMemberId,
          destinationTeamMemberId: receiver,
          adminTeamMemberId: adminMemberId,
          ...options,
        });
        if (launch.outcome === 'complete') answer = 'said_done';
        else await keepJob({ db: deps.db, intentId, jobId: launch.jobId });
      } catch (error) {
        if (isRefusal(error, DONE_BEFORE)) answer = 'said_done';
        else if (isRefusal(error, UNDER_WAY)) answer = 'under_way';
        else throw error;
      }
    },
  });
  if (written !== 'sent') return written;
  // Assigned in the call: as far as the compiler sees, never.
  const said = answer as 'said_done' | 'under_way' | 'sent';
  if (said !== 'under_way') return said;
  await waitForTransfer(turn);
  return 'over';
}

const isRefusal = (error: unknown, tags: readonly string[]): boolean =>
  error instanceof DropboxFailure &&
  error.code === 'dropbox_refused' &&
  error.tag !== undefined &&
  tags.includes(error.tag);

/** The intent stays open: the next call is the same question again. */
async function waitForTransfer({ deps, input, begun }: Turn): Promise<void> {
  const nowMs = Date.now();
  const holdUntilMs = begun.seat.holdUntil?.getTime() ?? nowMs;
  const lookAgainAt = new Date(lookAgainMs({ nowMs, holdUntilMs, holdMs: deps.emailHoldMs })).toISOString();
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: input.seatId });
    await waitFor({ tx, input, waiting: { kind: 'email', lookAgainAt } });
  });
}

async function stopForReceiver({ deps, input }: Turn): Promise<void> {
  await underLock({
    deps,
    input,
    judge: async ({ tx, seatCase }) => {
      if (!isAsked(seatCase)) return;
      await askForReceiver({ tx, input, holdUntil: seatCase.seat.holdUntil });
    },
  });
}
