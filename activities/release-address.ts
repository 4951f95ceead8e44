/**
 * The end of a hold. The address is free when Dropbox's clock has passed the hold's end and Dropbox no longer reports
 * a recoverable member with it; otherwise the seat looks again later. Whoever waits next gets it at once.
 */
import { lookAgainMs } from '../src/domain/email-hold.ts';
import { releaseAddresses } from '../src/store/claims/release-addresses.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { type Look, look } from './member-look.ts';
import {
  askForAttention,
  type SeatDeps,
  seatStep,
  stateWithoutMember,
  versions,
  waitFor,
} from './seat-step.ts';

export const releaseAddress =
  (deps: SeatDeps): DropboxActivities['releaseAddress'] =>
  (input) =>
    seatStep({
      deps,
      input,
      begin: async ({ tx, seatCase }) => {
        if (seatCase.seat.state !== 'held') return null;
        if (seatCase.settings.deprovision.transferTo === 'none') return seatCase;
        await askForAttention({ tx, input, code: 'transfer_unavailable' });
        return null;
      },
      act: async ({ begun, client }) => {
        const { seat, openIntent } = begun;
        const seen = await look({ db: deps.db, client, seat, email: null, openIntent });
        await endHold({ deps, input, begun, seen });
      },
    });

async function endHold({
  deps,
  input,
  begun,
  seen,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  begun: SeatCase;
  seen: Look;
}): Promise<void> {
  const { seat } = begun;
  const holdUntilMs = seat.holdUntil?.getTime() ?? 0;
  const isBack = seen.own !== null && seen.own.status !== 'removed';
  const leftMs = holdUntilMs - seen.at.getTime();
  await inTransaction(deps.db, async (tx) => {
    // A plan that came meanwhile may want the person back.
    const { seat: present } = await openCase({ tx, seatId: seat.id });
    if (present.planVersion !== input.planVersion) return;
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
