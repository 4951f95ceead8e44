/**
 * How long a sync puts up with trouble. What may pass by itself is retried by Temporal, and the trouble stands in the
 * run's row meanwhile; after a while the run gives up, so that it ends as failed with a reason an operator can read.
 * The next run comes with the schedule.
 */
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { dispositionOf } from '../src/domain/failures.ts';
import { mayPass, syncProblem } from '../src/domain/sync-problem.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import { markBroken } from '../src/store/connection-health.ts';
import type { Database } from '../src/store/database.ts';
import { runningSync, SyncNotRunning } from '../src/store/sync/running-sync.ts';
import { noteTrouble } from '../src/store/sync/trouble.ts';
import { inTransaction } from '../src/store/transaction.ts';

/** Trouble without a single success for so long. */
const PATIENCE_MS = 15 * 60_000;
/** Longer waits make the run look dead (STALE_AFTER_MS of src/store/sync/begin-sync.ts). */
const LONGEST_WAIT_MS = 9 * 60_000;
/** An answer that cannot be read is rarely better a minute later: something else answers in Dropbox's place. */
const UNREADABLE_TRIES = 6;

export type SyncLog = (entry: { event: string; syncId: string } & Record<string, string | number>) => void;

/** Ends the run: `code` is what `failSync` gets. */
export const syncFailure = ({ code, tag }: { code: string; tag?: string | undefined }): ApplicationFailure =>
  ApplicationFailure.create({
    message: tag === undefined ? code : `${code} (${tag})`,
    type: code,
    nonRetryable: true,
    details: [tag === undefined ? {} : { tag }],
  });

type Step<T> = { db: Database; syncId: string; log: SyncLog; step: () => Promise<T> };
type Reason = { code: string; tag?: string | undefined };

/** Runs one step of a sync. @throws what may be retried as it is, everything else as a failure that is final */
export async function patiently<T>({ db, syncId, log, step }: Step<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const reason = await finalReason({ db, syncId, log, error });
    if (error instanceof DropboxFailure) await breakConnection({ db, syncId, failure: error });
    throw syncFailure(reason);
  }
}

/** A phase that a sync can do without ends for a reason of its own. */
export class PhaseGivenUp extends Error {
  override readonly name = 'PhaseGivenUp';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Nothing that a sync does can succeed any more, so the phase takes the run with it. */
const ENDS_THE_RUN: ReadonlySet<string> = new Set(['grant_revoked', 'app_credentials_refused']);

/**
 * Runs a phase that a sync can do without: what keeps it from succeeding, at once or after all patience, ends the phase
 * with `skip`, and the run goes on. A permission that is missing here does not break the connection.
 */
export async function forgivingly<T>({
  skip,
  ...phase
}: Step<T> & { skip: (reason: Reason) => Promise<T> }): Promise<T> {
  try {
    return await phase.step();
  } catch (error) {
    if (error instanceof PhaseGivenUp) return skip({ code: error.code });
    const reason = await finalReason({ ...phase, error });
    if (ENDS_THE_RUN.has(reason.code)) {
      if (error instanceof DropboxFailure) await breakConnection({ ...phase, failure: error });
      throw syncFailure(reason);
    }
    phase.log({ event: 'sync goes on without a phase', syncId: phase.syncId, code: reason.code });
    return skip(reason);
  }
}

/** Why it is no use to try again. @throws the error itself where it is, and what was worded already */
async function finalReason({
  db,
  syncId,
  log,
  error,
}: Omit<Step<never>, 'step'> & { error: unknown }): Promise<Reason> {
  // Cancellations, and failures that were worded already.
  if (error instanceof TemporalFailure) throw error;
  if (error instanceof SyncNotRunning) throw syncFailure({ code: error.code });
  const code = error instanceof DropboxFailure ? error.code : 'internal';
  const tag = error instanceof DropboxFailure ? tagOf(error) : undefined;
  if (!mayPass(code)) return { code, tag };
  const problem = syncProblem({ code, tag, isTrying: true });
  // Without PostgreSQL nothing can be noted, and nothing else works either: Temporal goes on trying.
  const noted = await noteTrouble({ db, syncId, problem }).catch(() => null);
  if (noted === null || !isHopeless({ error, ...noted })) throw error;
  log({ event: 'sync gave up', syncId, code, ...noted });
  return { code, tag };
}

function isHopeless({
  error,
  failures,
  troubledForMs,
}: {
  error: unknown;
  failures: number;
  troubledForMs: number;
}): boolean {
  const { code, retryAfterMs = 0 } = error instanceof DropboxFailure ? error : { code: 'internal' as const };
  return (
    troubledForMs + retryAfterMs > PATIENCE_MS ||
    retryAfterMs > LONGEST_WAIT_MS ||
    (code === 'dropbox_unreadable' && failures >= UNREADABLE_TRIES)
  );
}

const tagOf = ({ code, tag, scope }: DropboxFailure): string | undefined =>
  code === 'scope_missing' ? scope : tag;

/** A grant that no longer works does so for every seat: nobody calls until it is renewed. */
async function breakConnection({
  db,
  syncId,
  failure: { code, scope },
}: {
  db: Database;
  syncId: string;
  failure: DropboxFailure;
}): Promise<void> {
  // A wrong app key is the deployment's fault; the grant may be fine.
  if (dispositionOf(code) !== 'wait' || code === 'app_credentials_refused') return;
  const { connectionId } = await runningSync({ db, syncId });
  await inTransaction(db, (tx) => markBroken({ tx, connectionId, code, scope }));
}
