/**
 * Carries a change of name or address over to a member: claim the new address, look, change, look again. The address
 * that is left is free as soon as the look shows the new one. A name never waits for an address.
 *
 * Of two people who swap addresses, each would wait for the other: the one who sees it steps aside to a parking
 * address, so that the other can take the one that is left, and then the one that is free. Each step stands in
 * PostgreSQL before the next begins, so that a crash in between changes nothing.
 */
import { activityInfo } from '@temporalio/activity';
import { currentStep } from '../src/domain/plan.ts';
import { type ProfileChanges, parkingAddress, profileChanges } from '../src/domain/profile-changes.ts';
import type { Member } from '../src/dropbox/members.ts';
import { isInAddressCycle } from '../src/store/claims/address-cycle.ts';
import { claimAddress } from '../src/store/claims/claim-address.ts';
import { emailKey } from '../src/store/claims/email-key.ts';
import { releaseAddresses } from '../src/store/claims/release-addresses.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { openCase, type Profile, profileOf, type SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { takeOrAwaitHeld } from './claim-for-seat.ts';
import type { DropboxActivities } from './contract.ts';
import { type Look, look } from './member-look.ts';
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
  waitFor,
  write,
} from './seat-step.ts';
import { baseOf, isParked, NO_PROFILE, PARKED_REVISION, type UpdateChoices } from './updated-profile.ts';

type UpdateInput = Parameters<DropboxActivities['updateProfile']>[0];
type Known = SeatCase & { base: Profile | null; wanted: Profile };
type UpdateTurn = Turn<UpdateInput, Known>;

/** Look, change the name or step aside, look, change the address, look; once more if the member had changed. */
const LOOKS = 4;

export const updateProfile =
  (deps: SeatDeps): DropboxActivities['updateProfile'] =>
  (input) =>
    seatStep({ deps, input, begin: (found) => begin({ ...found, input }), act: takeOver });

async function begin({ tx, seatCase, input }: Found & { input: UpdateInput }): Promise<Known | null> {
  const { seat, openIntent } = seatCase;
  // Tried for so long that a date came: whoever has left meanwhile keeps the name they had.
  const { step } = currentStep({ plan: seat.plan, nowMs: Date.now() });
  if (activityInfo().attempt > 1 && step.desired !== 'member') return null;
  if (openIntent === null && isJudgedDrift({ seat, input })) return null;
  const isMember = seat.state === 'invited' || seat.state === 'active';
  if (!isMember && openIntent === null) {
    await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
    return null;
  }
  const { personId } = seat;
  const base = await baseOf({ db: tx, personId, from: seat.profileRevision });
  const wanted = await profileOf({ tx, personId, revision: input.profileRevision });
  return { ...seatCase, base, wanted };
}

async function takeOver(turn: UpdateTurn): Promise<void> {
  const { deps, input, begun, client } = turn;
  const { seat, base, wanted } = begun;
  let { openIntent } = begun;
  let isAnswered = false;
  let namesSent = false;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({ db: deps.db, client, seat, email: null, openIntent, isAnswered });
    const { own } = seen;
    if (own === null || own.status === 'removed' || own.status === 'unknown') {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: 'drift' }));
    }
    if (wanted.email === null) {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: 'email_missing' }));
    }
    const parked = isParked({ seatId: seat.id, email: own.email });
    if (parked) await leaveAddress({ ...turn, seen, keep: emailKey(wanted.email) });
    const changes = profileChanges({ base: parked ? NO_PROFILE : base, wanted, shown: own, namesSent });
    if (Object.keys(changes).length === 0) return finish({ ...turn, seen, member: own });
    const next = await possible({ ...turn, changes, member: own });
    if (next === null) return;
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'update' });
    const written = await change({ ...turn, member: own, mayLookAgain, ...next });
    if (written === 'over') return;
    isAnswered = written === 'sent';
    namesSent ||= isAnswered && ('givenName' in next.changes || 'surname' in next.changes);
    mayLookAgain &&= isAnswered;
    openIntent = await openIntentOf({ deps, input });
  }
}

type Next = { changes: ProfileChanges; parks: boolean };

/** What of the changes can be made now; null when there is only something to wait for, which is written down. */
async function possible({
  deps,
  input,
  begun,
  changes,
  member,
}: UpdateTurn & { changes: ProfileChanges; member: Member }): Promise<Next | null> {
  const { email, ...names } = changes;
  if (email === undefined) return { changes, parks: false };
  const { seat, connection, settings } = begun;
  const may = await inTransaction(deps.db, async (tx) => {
    const { seat: present } = await openCase({ tx, seatId: seat.id });
    if (present.planVersion !== input.planVersion) return 'stale';
    const address = { tx, connectionId: connection.id, emailKey: emailKey(email), seatId: seat.id };
    const answer = await claimAddress(address);
    if (answer.taken) return 'take';
    const { claim, place } = answer;
    if (claim.state === 'held') {
      return (await takeOrAwaitHeld({ address, answer, deps, input })) ? 'take' : 'wait';
    }
    if (isParked({ seatId: seat.id, email: member.email })) {
      await waitFor({ tx, input, waiting: { kind: 'email', place } });
      return 'wait';
    }
    if (!(await isInAddressCycle(address))) {
      await askForAttention({ tx, input, code: 'address_taken' });
      return 'wait';
    }
    if (settings.addressSwap !== 'ask') return 'park';
    await askForAttention({ tx, input, code: 'address_swap' });
    return 'wait';
  });
  switch (may) {
    case 'stale':
      return null;
    case 'take':
      return { changes, parks: false };
    case 'wait':
      return Object.keys(names).length === 0 ? null : { changes: names, parks: false };
    case 'park':
      return { changes: { email: parkingAddress({ seatId: seat.id, email: member.email }) }, parks: true };
    default:
      return may satisfies never;
  }
}

async function change({
  deps,
  input,
  begun,
  client,
  member: { teamMemberId },
  mayLookAgain,
  changes,
  parks,
}: UpdateTurn & Next & { member: Member; mayLookAgain: boolean }) {
  const choices: UpdateChoices = {
    fields: Object.keys(changes),
    from: begun.seat.profileRevision,
    ...(parks ? { parks } : {}),
  };
  return write({
    deps,
    input,
    intent: { action: 'update', profileRevision: input.profileRevision, choices },
    mayLookAgain,
    call: async (options) => {
      await client.setProfile({ teamMemberId, changes, ...options });
    },
  });
}

/**
 * The member stands on the parking address: whoever waits for the one that it left can have it. It is not what any of
 * HR's profiles says, so that the member is brought to an address again whatever HR wants next.
 */
async function leaveAddress({
  deps,
  begun,
  seen,
  keep,
}: UpdateTurn & { seen: Look; keep: string }): Promise<void> {
  const { id: seatId } = begun.seat;
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId });
    await releaseAddresses({ tx, seatId, nowMs: Date.now(), except: [keep] });
    await saveSeat({ tx, seatId, changes: { profileRevision: PARKED_REVISION, readBackAt: seen.at } });
  });
}

/** Dropbox shows what HR wants: other addresses of the seat are free, and so are its places in line. */
async function finish({
  deps,
  input,
  begun,
  seen,
  member,
}: UpdateTurn & { seen: Look; member: Member }): Promise<void> {
  const { seat, connection } = begun;
  const { status, teamMemberId } = member;
  if (status === 'removed' || status === 'unknown') throw new Error('only a member that is there is updated');
  await inTransaction(deps.db, async (tx) => {
    await openCase({ tx, seatId: seat.id });
    const key = emailKey(member.email);
    await claimAddress({ tx, connectionId: connection.id, emailKey: key, seatId: seat.id });
    await releaseAddresses({ tx, seatId: seat.id, nowMs: Date.now(), except: [key] });
    await saveSeat({
      tx,
      seatId: seat.id,
      changes: {
        state: status,
        memberStatus: status,
        teamMemberId,
        profileRevision: input.profileRevision,
        readBackAt: seen.at,
      },
      judgement: versions(input),
    });
  });
}
