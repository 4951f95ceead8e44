/**
 * The end of a hold. First the files are transferred, where the settings ask for it. Then the address is free when
 * Dropbox's clock has passed the hold's end and Dropbox no longer reports a recoverable member with it; otherwise the
 * seat looks again later. Whoever waits next gets it at once.
 */
import { lookAgainMs } from '../src/domain/email-hold.ts';
import { releaseAddresses } from '../src/store/claims/release-addresses.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities } from './contract.ts';
import { type Look, look } from './member-look.ts';
import {
  afterContradiction,
  askForAttention,
  openIntentOf,
  type SeatDeps,
  seatStep,
  stateWithoutMember,
  type Turn,
  versions,
  waitFor,
} from './seat-step.ts';
import { isTransferDue, transferFiles } from './transfer-files.ts';

/** Look, transfer, look; once more if the look shows that the transfer had no effect. */
const LOOKS = 3;

export const releaseAddress =
  (deps: SeatDeps): DropboxActivities['releaseAddress'] =>
  (input) =>
    seatStep({
      deps,
      input,
      begin: async ({ seatCase }) => (seatCase.seat.state === 'held' ? seatCase : null),
      act: endHold,
    });

async function endHold(turn: Turn): Promise<void> {
  const { deps, input, begun, client } = turn;
  const { seat } = begun;
  let { openIntent } = begun;
  let saidDone = false;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({
      db: deps.db,
      client,
      seat,
      email: null,
      openIntent,
      transfer: { saidDone, staysOpen: true },
    });
    if (!(await isTransferDue({ ...turn, seen }))) return release({ ...turn, seen });
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'transfer' });
    const transferred = await transferFiles({ ...turn, seen, mayLookAgain });
    if (transferred === 'over') return;
    saidDone = transferred === 'said_done';
    mayLookAgain &&= transferred !== 'refused';
    openIntent = await openIntentOf({ deps, input });
  }
}

async function release({ deps, input, begun, seen }: Turn & { seen: Look }): Promise<void> {
  const { seat } = begun;
  const holdUntilMs = seat.holdUntil?.getTime() ?? 0;
  const isBack = seen.own !== null && seen.own.status !== 'removed';
  const leftMs = holdUntilMs - seen.at.getTime();
  await inTransaction(deps.db, async (tx) => {
    // A plan that came meanwhile may want the person back, and settings may ask for a transfer.
    const { seat: present, connection } = await openCase({ tx, seatId: seat.id });
    if (present.planVersion !== input.planVersion) return;
    if (connection.settingsVersion !== input.settingsVersion) return;
    if (isBack) return askForAttention({ tx, input, code: 'drift' });
    const nowMs = Date.now();
    const isRecoverable = seen.own?.recoverable === true;
    if (leftMs > 0 || isRecoverable) {
      const lookAgainAt =
        leftMs > 0 ? nowMs + leftMs : lookAgainMs({ nowMs, holdUntilMs, holdMs: deps.emailHoldMs });
      const waiting = { kind: 'email', lookAgainAt: new Date(lookAgainAt).toISOString() } as const;
      return waitFor({ tx, input, waiting });
    }
    await releaseAddresses({ tx, seatId: seat.id, nowMs });
    await saveSeat({
      tx,
      seatId: seat.id,
      changes: {
        state: stateWithoutMember({ plan: present.plan, nowMs }),
        holdUntil: null,
        readBackAt: seen.at,
      },
      judgement: versions(input),
    });
  });
}
