/** The first check of a provisioning, under the seat's lock: is it still wanted, and may this person have the address? */
import { activityInfo } from '@temporalio/activity';
import { lookAgainMs } from '../src/domain/email-hold.ts';
import { currentStep } from '../src/domain/plan.ts';
import { claimAddress, takeOverClaim } from '../src/store/claims/claim-address.ts';
import { emailKey } from '../src/store/claims/email-key.ts';
import { releaseAddresses } from '../src/store/claims/release-addresses.ts';
import type { Transaction } from '../src/store/database.ts';
import { knownMember } from '../src/store/members.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { type Profile, profileOf, type Seat, type SeatCase } from '../src/store/seats/seat-case.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
import { askForAttention, type Found, isJudgedDrift, type SeatDeps, versions, waitFor } from './seat-step.ts';

type Address = Parameters<typeof claimAddress>[0];
type Refused = Extract<Awaited<ReturnType<typeof claimAddress>>, { taken: false }>;

export type ProvisionInput = Parameters<DropboxActivities['provisionSeat']>[0];
/** What the check found; the address is claimed. */
export type Claimed = SeatCase & { profile: Profile & { email: string } };

/** @returns null when the step is over: nothing to do, or something to wait for, or a person must look */
export async function claimForSeat({
  tx,
  seatCase,
  deps,
  input,
}: Found & { deps: SeatDeps; input: ProvisionInput }): Promise<Claimed | null> {
  const { seat, openIntent, connection } = seatCase;
  // Tried for so long that a date came: whoever has left meanwhile is not invited. The first try goes by the
  // workflow's clock alone.
  const { step } = currentStep({ plan: seat.plan, nowMs: Date.now() });
  if (activityInfo().attempt > 1 && step.desired !== 'member') return null;
  if (openIntent === null && isJudgedDrift({ seat, input })) return null;
  const isMember = (seat.state === 'invited' || seat.state === 'active') && seat.memberStatus !== 'removed';
  const profile = await profileOf({ tx, personId: seat.personId, revision: input.profileRevision });
  const { email } = profile;
  if (isMember && openIntent === null) {
    // A change that was taken back before it was made: whoever waits for the address that was meant may have it.
    if (seat.profileRevision === input.profileRevision) await keepOnly({ tx, seat, email });
    await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
    return null;
  }
  if (email === null) {
    await askForAttention({ tx, input, code: 'email_missing' });
    return null;
  }
  const address = { tx, connectionId: connection.id, emailKey: emailKey(email), seatId: seat.id };
  // A correction before anybody was invited: the address that was asked for first is no longer wanted.
  if (seat.teamMemberId === null && openIntent === null) {
    await releaseAddresses({ tx, seatId: seat.id, nowMs: Date.now(), except: [address.emailKey] });
  }
  const answer = await claimAddress(address);
  if (answer.taken) return { ...seatCase, profile: { ...profile, email } };
  return afterRefusedClaim({ address, answer, seatCase, profile: { ...profile, email }, deps, input });
}

/** Lets go of every address but the person's own, as HR and as Dropbox have it. */
async function keepOnly({
  tx,
  seat,
  email,
}: {
  tx: Transaction;
  seat: Seat;
  email: string | null;
}): Promise<void> {
  const { id: seatId, connectionId, teamMemberId } = seat;
  const shown = teamMemberId === null ? undefined : await knownMember({ tx, connectionId, teamMemberId });
  const own = [email === null ? undefined : emailKey(email), shown?.emailKey].filter(
    (key) => key !== undefined,
  );
  await releaseAddresses({ tx, seatId, nowMs: Date.now(), except: own });
}

/** Somebody else has the address, or had it not long ago. */
async function afterRefusedClaim({
  address,
  answer,
  seatCase,
  profile,
  deps,
  input,
}: {
  address: Address;
  answer: Refused;
  seatCase: SeatCase;
  profile: Claimed['profile'];
  deps: SeatDeps;
  input: ProvisionInput;
}): Promise<Claimed | null> {
  if (answer.claim.state === 'owned') {
    await askForAttention({ tx: address.tx, input, code: 'address_taken' });
    return null;
  }
  const isOurs = await takeOrAwaitHeld({ address, answer, deps, input });
  return isOurs ? { ...seatCase, profile } : null;
}

/**
 * An address that is held: taken when nobody of ours holds it and the hold is over, else waited for.
 * @returns whether the seat has the address now
 */
export async function takeOrAwaitHeld({
  address,
  answer: { claim, place },
  deps,
  input,
}: {
  address: Address;
  answer: Refused;
  deps: SeatDeps;
  input: SeatStepInput;
}): Promise<boolean> {
  const nowMs = Date.now();
  const holdUntilMs = claim.holdUntil?.getTime() ?? nowMs;
  // A holder of ours releases by itself and wakes the next. Nobody's hold is ended by whoever is first in line.
  const isNobodys = claim.holderSeatId === null;
  if (isNobodys && place === 1 && nowMs >= holdUntilMs) {
    await takeOverClaim(address);
    return true;
  }
  await waitFor({
    tx: address.tx,
    input,
    waiting: {
      kind: 'email',
      place,
      until: new Date(holdUntilMs).toISOString(),
      ...(isNobodys
        ? {
            lookAgainAt: new Date(
              Math.max(holdUntilMs, lookAgainMs({ nowMs, holdUntilMs, holdMs: deps.emailHoldMs })),
            ).toISOString(),
          }
        : {}),
    },
  });
  return false;
}
