/**
 * Lifts a suspension. Only one that is ours, that HR says is over, or that a recovered account came back with: what an
 * admin did by hand for reasons of their own is drift, and a person decides.
 */
import { currentStep } from '../src/domain/plan.ts';
import type { Member } from '../src/dropbox/members.ts';
import type { Transaction } from '../src/store/database.ts';
import { lastApplied } from '../src/store/intents.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import type { Seat, SeatCase } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxActivities, SeatStepInput } from './contract.ts';
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

/** Look, lift, look; once more if the member had changed in between. */
const LOOKS = 3;

export const reinstateSeat =
  (deps: SeatDeps): DropboxActivities['reinstateSeat'] =>
  (input) =>
    seatStep({ deps, input, begin: (found) => begin({ ...found, input }), act: takePartAgain });

async function begin({ tx, seatCase, input }: Found & { input: SeatStepInput }): Promise<SeatCase | null> {
  const { seat, openIntent } = seatCase;
  if (openIntent !== null) return seatCase;
  if (isJudgedDrift({ seat, input })) return null;
  if (seat.state !== 'suspended') {
    await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
    return null;
  }
  if (await mayLift({ tx, seat })) return seatCase;
  await askForAttention({ tx, input, code: 'drift' });
  return null;
}

async function mayLift({ tx, seat }: { tx: Transaction; seat: Seat }): Promise<boolean> {
  const last = await lastApplied({ tx, seatId: seat.id, actions: ['suspend', 'unsuspend', 'recover'] });
  if (last !== null && last.action !== 'unsuspend') return true;
  // What was said before we lifted a suspension is about that one, not about the one that is there now.
  const { at, cause, since = at } = currentStep({ plan: seat.plan, nowMs: Date.now() }).step;
  const isSaid =
    cause !== null &&
    ('type' in cause ? END_OF_SUSPENSION.has(cause.type) : 'decision' in cause && cause.kind === 'approve');
  return isSaid && (last === null || Date.parse(since) > last.endedAt.getTime());
}

/** A suspension with a return date ends by the fact that began it. */
const END_OF_SUSPENSION: ReadonlySet<string> = new Set(['reinstatement', 'suspension']);

async function takePartAgain(turn: Turn): Promise<void> {
  const { deps, input, begun, client } = turn;
  let { openIntent } = begun;
  let mayLookAgain = true;
  for (let i = 0; i < LOOKS; i += 1) {
    const seen = await look({ db: deps.db, client, seat: begun.seat, email: null, openIntent });
    const { own } = seen;
    if (own === null || own.status === 'removed' || own.status === 'unknown') {
      return inTransaction(deps.db, (tx) => askForAttention({ tx, input, code: 'drift' }));
    }
    const { status, teamMemberId } = own;
    if (status !== 'suspended') {
      return saveSeen({ ...turn, seen, changes: { state: status, memberStatus: status, teamMemberId } });
    }
    if (i === LOOKS - 1) return afterContradiction({ deps, input, action: 'unsuspend' });
    const written = await unsuspend({ ...turn, member: own, mayLookAgain });
    if (written === 'over') return;
    mayLookAgain &&= written === 'sent';
    openIntent = await openIntentOf({ deps, input });
  }
}

async function unsuspend({
  deps,
  input,
  client,
  member: { teamMemberId },
  mayLookAgain,
}: Turn & { member: Member; mayLookAgain: boolean }) {
  return write({
    deps,
    input,
    intent: { action: 'unsuspend', profileRevision: null, choices: {} },
    mayLookAgain,
    call: async (options) => {
      await client.unsuspendMember({ teamMemberId, ...options });
    },
  });
}
