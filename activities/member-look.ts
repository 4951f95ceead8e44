/**
 * Looks at the members that a seat is about, and settles the open intent by what it sees. Every write is followed by
 * such a look: an answer may be lost, but the member is there or is not.
 */
import type { DropboxClient } from '../src/dropbox/client.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import type { MemberSelector } from '../src/dropbox/member-lookup.ts';
import type { Member } from '../src/dropbox/members.ts';
import type { Database } from '../src/store/database.ts';
import { endIntent } from '../src/store/intents.ts';
import { rememberMember } from '../src/store/members.ts';
import type { Intent, Seat } from '../src/store/seats/seat-case.ts';
import { inTransaction } from '../src/store/transaction.ts';
import { listedMember } from './listed-member.ts';
import { cancellable, jobInProgress } from './seat-step.ts';
import { isUpdated } from './updated-profile.ts';

export type Look = {
  /** The member that this seat had, or that carries the person's external id. */
  own: Member | null;
  byEmail: Member | null;
  /** Dropbox's clock. */
  at: Date;
  /** The intent that this look settled, with what became of it. */
  settled: { intent: Intent; applied: boolean; refusal?: string } | null;
  /** A transfer of which no look can tell what came of it; still open, for the caller to ask Dropbox. */
  unclear: Intent | null;
};

/** A job that has not ended by then is treated as forgotten: the look decides. */
const JOB_PATIENCE_MS = 10 * 60_000;

export async function look({
  db,
  client,
  seat,
  email,
  openIntent,
  isAnswered = false,
  transfer = { saidDone: false, staysOpen: false },
}: {
  db: Database;
  client: DropboxClient;
  seat: Seat;
  email: string | null;
  openIntent: Intent | null;
  /** Dropbox took the call of the open intent a moment ago, and said so. */
  isAnswered?: boolean;
  /** Whether Dropbox has just said that the files are transferred; whether the caller can ask if nobody knows. */
  transfer?: { saidDone: boolean; staysOpen: boolean };
}): Promise<Look> {
  const job = openIntent === null ? NO_JOB : await pollJob({ client, openIntent, email });
  if (openIntent !== null && job.isUnderWay) throw jobInProgress(openIntent);
  const selectors: MemberSelector[] = [{ externalId: seat.personId }];
  if (seat.teamMemberId !== null) selectors.push({ teamMemberId: seat.teamMemberId });
  if (email !== null) selectors.push({ email });
  const { members, serverTime } = await client.getMembers({ selectors, ...cancellable() });
  for (const member of members) {
    if (member === null) continue;
    const { connectionId } = seat;
    await rememberMember({ db, connectionId, member: listedMember(member), seenAt: serverTime });
  }
  const byId = seat.teamMemberId === null ? null : (members[1] ?? null);
  const candidates = [byId, members[0] ?? null].filter((member) => member !== null);
  // Removed and added again by hand, somebody has a former account and a present one.
  const own = candidates.find(({ status }) => status !== 'removed') ?? candidates[0] ?? null;
  const byEmail = email === null ? null : (members.at(-1) ?? null);
  const shown = { own, byEmail, at: serverTime };
  if (openIntent === null) return { ...shown, settled: null, unclear: null };
  const { personId } = seat;
  const { action } = openIntent;
  const saidDone = transfer.saidDone || job.ended === 'complete';
  const isUnclear = action === 'transfer' && !saidDone && job.ended !== 'broken';
  if (isUnclear && transfer.staysOpen) return { ...shown, settled: null, unclear: openIntent };
  const applied =
    action === 'update'
      ? await isUpdated({ db, intent: openIntent, own, personId, isAnswered })
      : tookEffect({ action, own, personId, saidDone });
  const { refusal } = job;
  await inTransaction(db, (tx) =>
    endIntent({
      tx,
      intentId: openIntent.id,
      outcome: applied ? 'applied' : refusal === undefined ? 'not_applied' : 'refused',
      ...(refusal === undefined ? {} : { refusal }),
    }),
  );
  const settled = { intent: openIntent, applied, ...(refusal === undefined ? {} : { refusal }) };
  return { ...shown, settled, unclear: null };
}

function tookEffect({
  action,
  own,
  personId,
  saidDone,
}: {
  action: Exclude<Intent['action'], 'update'>;
  own: Member | null;
  personId: string;
  saidDone: boolean;
}): boolean {
  const isThere = own !== null && own.status !== 'removed';
  switch (action) {
    case 'add':
    case 'adopt':
      return isThere && own.externalId === personId;
    case 'recover':
      return isThere;
    case 'remove':
      return !isThere;
    case 'suspend':
      return own?.status === 'suspended';
    case 'unsuspend':
      return own?.status === 'active';
    case 'remind':
      // A mail cannot be read back. One whose answer was lost counts as sent: better none than two.
      return true;
    case 'transfer':
      // Made when nobody can be recovered any more, a transfer leaves no trace: only Dropbox's word tells of it.
      return saidDone;
    default:
      return action satisfies never;
  }
}

type JobState = { isUnderWay: boolean; ended?: 'complete' | 'broken'; refusal?: string };
const NO_JOB: JobState = { isUnderWay: false };

async function pollJob({
  client,
  openIntent,
  email,
}: {
  client: DropboxClient;
  openIntent: Intent;
  email: string | null;
}): Promise<JobState> {
  const { asyncJobId: jobId, action, startedAt } = openIntent;
  if (jobId === null || Date.now() - startedAt.getTime() > JOB_PATIENCE_MS) return NO_JOB;
  try {
    if (action === 'remove') {
      const { status } = await client.removeJobStatus({ jobId, ...cancellable() });
      return { isUnderWay: status !== 'complete' };
    }
    if (action === 'transfer') {
      const { status } = await client.moveJobStatus({ jobId, ...cancellable() });
      return status === 'complete' ? { isUnderWay: false, ended: status } : { isUnderWay: true };
    }
    const emails = email === null ? [] : [email];
    const job = await client.addJobStatus({ jobId, emails, ...cancellable() });
    const result = job.status === 'complete' ? job.results[0] : undefined;
    return {
      isUnderWay: job.status === 'in_progress' || job.status === 'unknown',
      ...(result?.outcome === 'refused' ? { refusal: result.tag } : {}),
    };
  } catch (error) {
    // A job that broke or was forgotten says nothing about the member; the look does.
    if (error instanceof DropboxFailure && error.code === 'dropbox_refused') {
      return error.tag === 'internal_error' ? { isUnderWay: false, ended: 'broken' } : NO_JOB;
    }
    throw error;
  }
}
