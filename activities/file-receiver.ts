/** Who receives a leaver's files, if that somebody can: looked up when the hold begins, and again when it ends. */
import { canReceive, hasFiles, isTransferAsked, stays } from '../src/domain/transfer.ts';
import type { MemberSelector } from '../src/dropbox/member-lookup.ts';
import { memberOfManager, seatsOfMember } from '../src/store/seats/receivers.ts';
import type { Seat, SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { Look } from './member-look.ts';
import { askForAttention, cancellable, type Found, type Turn, underLock } from './seat-step.ts';

/** @returns the receiver's member, or null when there is nobody who can receive files */
export async function findReceiver({ deps, begun, client }: Turn): Promise<string | null> {
  const { seat, settings } = begun;
  const { transferTo } = settings.deprovision;
  const selector = await inTransaction(deps.db, async (tx): Promise<MemberSelector | null> => {
    if (typeof transferTo === 'object') return { email: transferTo.email };
    const teamMemberId = await memberOfManager({ tx, seat, nowMs: Date.now() });
    return teamMemberId === null ? null : { teamMemberId };
  });
  if (selector === null) return null;
  const { members } = await client.getMembers({ selectors: [selector], ...cancellable() });
  const candidate = members[0] ?? null;
  if (candidate === null || !canReceive({ candidate, leaverMemberId: seat.teamMemberId ?? '' })) return null;
  const { teamMemberId } = candidate;
  const { connectionId } = seat;
  return (await receiverStays({ tx: deps.db, connectionId, teamMemberId })) ? teamMemberId : null;
}

export async function receiverStays(member: Parameters<typeof seatsOfMember>[0]): Promise<boolean> {
  const nowMs = Date.now();
  return (await seatsOfMember(member)).every((seat) => stays({ seat, nowMs }));
}

export const isAsked = ({ seat, settings }: Pick<SeatCase, 'seat' | 'settings'>): boolean =>
  isTransferAsked({ plan: seat.plan, deprovision: settings.deprovision, nowMs: Date.now() });

/**
 * The removal goes on whoever is to have the files: nobody is kept in because of them. But whoever runs this has the
 * whole hold to name somebody else, so a receiver who is missing already is told now. The hold's end looks again.
 */
export async function tellOfMissingReceiver(turn: Turn & { seen: Look }): Promise<void> {
  const { deps, input, seen } = turn;
  if (!isAsked(turn.begun) || (seen.own !== null && !hasFiles(seen.own))) return;
  if ((await findReceiver(turn)) !== null) return;
  await underLock({
    deps,
    input,
    judge: async ({ tx, seatCase }) => {
      const { state, attention } = seatCase.seat;
      if (state !== 'held' || attention !== null || !isAsked(seatCase)) return;
      await askForAttention({ tx, input, code: 'transfer_destination_unusable' });
    },
  });
}

/** After the end of the hold: dated no earlier than that, or it would count as told during the hold and be tried again. */
export async function askForReceiver({
  tx,
  input,
  holdUntil,
}: Pick<Found, 'tx'> & Pick<Turn, 'input'> & Pick<Seat, 'holdUntil'>): Promise<void> {
  const since = new Date(Math.max(Date.now(), holdUntil?.getTime() ?? 0)).toISOString();
  await askForAttention({ tx, input, code: 'transfer_destination_unusable', since });
}
