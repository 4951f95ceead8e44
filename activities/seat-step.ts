/**
 * The frame of every step on a seat that calls Dropbox:
 *
 *   under the seat's lock: plan, settings and connection are still those the caller judged by; claim; intent; commit
 *   call, at most 2 s later, or not at all
 *   look; under the lock again: outcome and seat
 *
 * A write is never believed: what it did is what the look after it shows. An open intent is settled by a look too,
 * whoever opened it and however long ago.
 */
import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import { dispositionOf } from '../src/domain/failures.ts';
import { jobDelayMs } from '../src/domain/patience.ts';
import { currentStep, type Plan } from '../src/domain/plan.ts';
import { refusalOf } from '../src/domain/refusals.ts';
import type { AttentionCode, SeatState, Waiting } from '../src/domain/seat.ts';
import type { DropboxClient } from '../src/dropbox/client.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import type { CallOptions } from '../src/dropbox/transport.ts';
import { markBroken } from '../src/store/connection-health.ts';
import type { Database, Transaction } from '../src/store/database.ts';
import { failedJobs } from '../src/store/failed-jobs.ts';
import { beginIntent, endIntent, type IntentAction } from '../src/store/intents.ts';
import { saveSeat } from '../src/store/seats/save-seat.ts';
import { type Intent, openCase, type Seat, type SeatCase } from '../src/store/seats/seat-case.ts';
import { seatTruth } from '../src/store/seats/seat-truth.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxFor } from './connection-client.ts';
import type { SeatStepInput, SeatTruth } from './contract.ts';

export type SeatDeps = { db: Database; dropboxFor: DropboxFor; emailHoldMs: number };

/** A call is not sent when more time than this has passed since plan and settings were checked. */
const CHECK_IS_GOOD_FOR_MS = 2_000;
/** Steps take a second or two; only a long one says that it is alive. */
const HEARTBEAT_MS = 4_000;

export type Found = { tx: Transaction; seatCase: SeatCase };

/** What a step works with once it was judged that there is something to do. */
export type Turn<I extends SeatStepInput = SeatStepInput, C extends SeatCase = SeatCase> = {
  deps: SeatDeps;
  input: I;
  begun: C;
  client: DropboxClient;
};

/**
 * Runs a step to its end and says what PostgreSQL knows then.
 * @param begin judges under the seat's lock; null means that nothing is left to do
 * @param act calls Dropbox
 */
export async function seatStep<I extends SeatStepInput, C extends SeatCase>({
  deps,
  input,
  begin,
  act,
}: {
  deps: SeatDeps;
  input: I;
  begin: (found: Found) => Promise<C | null>;
  act: (turn: Turn<I, C>) => Promise<void>;
}): Promise<SeatTruth> {
  const alive = setInterval(() => heartbeat(), HEARTBEAT_MS);
  try {
    const begun = await underLock({
      deps,
      input,
      judge: async (found) => ((await staysCancelled({ ...found, input })) ? null : begin(found)),
    });
    if (begun !== null) {
      try {
        await act({ deps, input, begun, client: await deps.dropboxFor(begun.connection.id) });
      } catch (failure) {
        await orWait({ deps, input, failure });
      }
    }
  } finally {
    clearInterval(alive);
  }
  return seatTruth({ db: deps.db, seatId: input.seatId });
}

/** The judgement is kept under the present settings. */
async function staysCancelled({
  tx,
  seatCase: { seat, openIntent },
  input,
}: Found & { input: SeatStepInput }): Promise<boolean> {
  if (openIntent !== null || !isExpiredInvitation({ seat, input })) return false;
  const { attention } = seat;
  await saveSeat({ tx, seatId: seat.id, judgement: { ...versions(input), ...(attention && { attention }) } });
  return true;
}

/**
 * An invitation that expired is not sent again by whatever else wakes the seat, other settings included: that takes a
 * newer plan.
 */
export const isExpiredInvitation = ({ seat, input }: { seat: Seat; input: SeatStepInput }): boolean =>
  seat.attention?.code === 'invitation_expired' &&
  seat.judgedPlan === input.planVersion &&
  !isOfEarlierStep(seat);

/**
 * @returns null when the caller's plan or settings are no longer the present ones, or the connection is down
 */
export async function underLock<T>({
  deps,
  input,
  judge,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  judge: (found: Found) => Promise<T | null>;
}): Promise<T | null> {
  return inTransaction(deps.db, async (tx) => {
    const seatCase = await openCase({ tx, seatId: input.seatId });
    const { seat, connection } = seatCase;
    const isStale =
      seat.planVersion !== input.planVersion || connection.settingsVersion !== input.settingsVersion;
    if (isStale) return null;
    if (connection.endedAt !== null) {
      // Disconnecting ended the seat already; the lifecycle has only to see it.
      await saveSeat({ tx, seatId: seat.id, judgement: versions(input) });
      return null;
    }
    if (connection.status !== 'connected') {
      await waitFor({ tx, input, waiting: { kind: 'connection' } });
      return null;
    }
    return judge({ tx, seatCase });
  });
}

/** The sync found for these very versions that somebody changed the member in Dropbox: a person decides, not we. */
export const isJudgedDrift = ({ seat, input }: { seat: Seat; input: SeatStepInput }): boolean =>
  seat.attention?.code === 'drift' &&
  seat.judgedPlan === input.planVersion &&
  seat.judgedSettings === input.settingsVersion &&
  !isOfEarlierStep(seat);

/** A dated step came since: what kept the seat then does not hold for what is wanted now. */
export function isOfEarlierStep({ plan, attention, waiting, skipped }: Seat): boolean {
  const since = attention?.since ?? waiting?.since ?? skipped?.at;
  if (since === undefined) return false;
  const { step } = currentStep({ plan, nowMs: Date.now() });
  return Date.parse(since) < Date.parse(step.at);
}

/** The intent that the next look has to settle. */
export const openIntentOf = ({
  deps,
  input,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
}): Promise<Intent | null> =>
  inTransaction(deps.db, async (tx) => (await openCase({ tx, seatId: input.seatId })).openIntent);

type Judged = { tx: Transaction; input: SeatStepInput };

/** @param since when the wait began, if it is not a new one */
export async function waitFor({
  tx,
  input,
  waiting,
  since = new Date().toISOString(),
}: Judged & { waiting: Omit<Waiting, 'since'>; since?: string | undefined }): Promise<void> {
  const judgement = { ...versions(input), waiting: { since, ...waiting } };
  await saveSeat({ tx, seatId: input.seatId, judgement });
}

export async function askForAttention({
  tx,
  input,
  code,
  tag,
  since = new Date().toISOString(),
}: Judged & { code: AttentionCode; tag?: string | undefined; since?: string | undefined }): Promise<void> {
  const attention = { code, since, ...(tag === undefined ? {} : { tag }) };
  await saveSeat({ tx, seatId: input.seatId, judgement: { ...versions(input), attention } });
}

export const versions = ({ planVersion, settingsVersion }: SeatStepInput) => ({
  planVersion,
  settingsVersion,
});

/** The signal of a worker that is told to stop, or of a workflow that no longer wants the step. */
export const cancellable = (): CallOptions => ({ signal: Context.current().cancellationSignal });

/** So many jobs in a row without an effect are no accident. */
const FAILED_JOBS = 3;

/**
 * Writes the intent, calls, and leaves the intent open for the look that follows.
 * @returns `sent` when a look must now tell what is; `refused` when the member is not what the look before showed, and
 *   the caller may look again; `over` when the step is done (stale, refused, broken)
 */
export async function write({
  deps,
  input,
  intent,
  repeats = null,
  onlyIf,
  mayLookAgain,
  call,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  intent: {
    action: IntentAction;
    profileRevision: number | null;
    choices: Record<string, unknown>;
    /** What the seat is while nobody knows what came of it; as before where nothing is said. */
    state?: 'provisioning' | 'deprovisioning';
  };
  /** An open intent that no look can settle, and that Dropbox carries out once only: it is sent again as the same. */
  repeats?: number | null;
  /** What else must still hold at the moment of the intent. */
  onlyIf?: (found: Found) => Promise<boolean>;
  /** Whether the caller looks again after a refusal that a look may explain; the second time a person must. */
  mayLookAgain: boolean;
  call: (options: CallOptions, intentId: number) => Promise<void>;
}): Promise<'sent' | 'refused' | 'over'> {
  const checkedAtMs = performance.now();
  const intentId = await underLock({
    deps,
    input,
    judge: async ({ tx, seatCase }) => {
      // Somebody else is at it, or was: the caller's look came too early.
      if (seatCase.openIntent !== null && seatCase.openIntent.id !== repeats) return null;
      if (onlyIf !== undefined && !(await onlyIf({ tx, seatCase }))) return null;
      if (seatCase.openIntent !== null) return seatCase.openIntent.id;
      const { state, ...row } = intent;
      const { action } = row;
      if ((await failedJobs({ tx, seatId: input.seatId, action, ...versions(input) })) >= FAILED_JOBS) {
        await stopForAttention({ tx, input, seat: seatCase.seat, code: 'job_failed' });
        return null;
      }
      if (state !== undefined) await saveSeat({ tx, seatId: input.seatId, changes: { state } });
      return beginIntent({ tx, seatId: input.seatId, ...versions(input), ...row });
    },
  });
  if (intentId === null) return 'over';
  try {
    await call({ ...cancellable(), sendBeforeMs: checkedAtMs + CHECK_IS_GOOD_FOR_MS }, intentId);
  } catch (error) {
    if (!(error instanceof DropboxFailure) || error.outcomeUnknown) throw error;
    const { code, route, tag } = error;
    if (
      mayLookAgain &&
      code === 'dropbox_refused' &&
      tag !== undefined &&
      refusalOf({ route, tag }).lookAgain
    ) {
      await inTransaction(deps.db, (tx) => endIntent({ tx, intentId, outcome: 'refused', refusal: tag }));
      return 'refused';
    }
    await afterRefusal({ deps, input, intentId, failure: error });
    return 'over';
  }
  return 'sent';
}

/** The call certainly took no effect. */
async function afterRefusal({
  deps,
  input,
  intentId,
  failure,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  intentId: number;
  failure: DropboxFailure;
}): Promise<void> {
  const isFinal = dispositionOf(failure.code) === 'final';
  const tag = failure.tag ?? failure.code;
  await inTransaction(deps.db, async (tx) => {
    await endIntent({ tx, intentId, outcome: isFinal ? 'refused' : 'not_applied', refusal: tag });
    if (!isFinal) return;
    const { seat } = await openCase({ tx, seatId: input.seatId });
    await stopForAttention({ tx, input, seat, code: reasonOf(failure), tag });
  });
  if (!isFinal) await orWait({ deps, input, failure });
}

/** Of a failure that is final: the route's own refusal, or a request that Dropbox takes for none. */
const reasonOf = ({ code, route, tag = code }: DropboxFailure): AttentionCode =>
  code === 'dropbox_refused' ? refusalOf({ route, tag }).code : 'request_rejected';

/** Nothing more is asked of Dropbox until a person has looked. */
export async function stopForAttention({
  seat,
  ...about
}: Parameters<typeof askForAttention>[0] & { seat: Seat }): Promise<void> {
  const { tx, input } = about;
  await saveSeat({ tx, seatId: input.seatId, changes: { state: stateAtRest(seat) } });
  await askForAttention(about);
}

/** About a quarter of a minute. */
const ROUNDS_OF_LOOKS = 5;

/**
 * Dropbox took a call and shows no effect, or shows a member and says that there is none. It may only be slow to show
 * it, so there are a few more rounds, 1, 2, 4 and 8 s apart; then a person looks.
 * @throws DropboxFailure `job_in_progress`, which is retried
 */
export async function afterContradiction({
  deps,
  input,
  action,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  action: IntentAction;
}): Promise<void> {
  if (activityInfo().attempt < ROUNDS_OF_LOOKS) throw jobInProgress({ action });
  await inTransaction(deps.db, async (tx) => {
    const { seat } = await openCase({ tx, seatId: input.seatId });
    await stopForAttention({ tx, input, seat, code: 'contradiction' });
  });
}

/** Nothing is there and nothing is held: the end, unless the plan has a date to come. */
export const stateWithoutMember = ({ plan, nowMs }: { plan: Plan; nowMs: number }): SeatState =>
  currentStep({ plan, nowMs }).nextAtMs === null ? 'released' : 'waiting';

/** What a seat is when nothing is being asked of Dropbox for it. */
export function stateAtRest({
  holdUntil,
  memberStatus,
}: Pick<Seat, 'holdUntil' | 'memberStatus'>): SeatState {
  if (holdUntil !== null) return 'held';
  switch (memberStatus) {
    case 'invited':
    case 'active':
    case 'suspended':
      return memberStatus;
    case 'removed':
    case 'unknown':
    case null:
      return 'waiting';
    default:
      return memberStatus satisfies never;
  }
}

/**
 * A connection whose grant is dead stops calling, and the seat waits for it; a call that Dropbox will never take (an
 * address that is none, say) needs a person; anything else is Temporal's to retry.
 * @throws the failure, when trying again can help
 */
async function orWait({
  deps,
  input,
  failure,
}: {
  deps: SeatDeps;
  input: SeatStepInput;
  failure: unknown;
}): Promise<void> {
  if (!(failure instanceof DropboxFailure)) throw failure;
  const { code, scope, tag = code } = failure;
  const disposition = dispositionOf(code);
  if (disposition === 'retry') throw failure;
  await inTransaction(deps.db, async (tx) => {
    const { seat } = await openCase({ tx, seatId: input.seatId });
    if (disposition === 'final') return askForAttention({ tx, input, code: reasonOf(failure), tag });
    await markBroken({ tx, connectionId: seat.connectionId, code, scope });
    await waitFor({ tx, input, waiting: { kind: 'connection' } });
  });
}

/** A job that has not ended is looked at again later; Temporal does the waiting. */
export function jobInProgress(intent: Pick<Intent, 'action'>): DropboxFailure {
  const { attempt } = activityInfo();
  return new DropboxFailure({
    code: 'job_in_progress',
    route: intent.action,
    retryAfterMs: jobDelayMs({ attempt }),
    outcomeUnknown: true,
  });
}
