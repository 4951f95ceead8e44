/**
 * Members that were known before the listing began and that it did not show. Absence proves nothing (the listing is
 * no snapshot), so Dropbox is asked about each, and its answers go through staging like everything else it says.
 */
import { type SQL, sql } from 'drizzle-orm';
import { stagedMembers } from '../../../drizzle/schema.ts';
import { emailKey } from '../claims/email-key.ts';
import type { Database, Transaction } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { applyStaged } from './apply-staged.ts';
import { noteProgress, type RunningSync, runningSync } from './running-sync.ts';
import type { StagedMember } from './staged-member.ts';

/** Members `m` of the run `y`; whoever was asked about is in staging and no longer missing. */
const MISSING: SQL = sql`
  m.connection_id = y.connection_id and m.status <> 'removed'
  and m.first_seen_at < y.listing_started_at and m.seen_at < y.listing_started_at
  and not exists (
    select from staged_members l where l.sync_id = y.id and l.team_member_id = m.team_member_id)`;

export async function countMissing({ tx, run }: { tx: Transaction; run: RunningSync }): Promise<number> {
  const { rows } = await tx.execute<{ missing: number }>(sql`
    select count(*)::int as missing from members m, syncs y where y.id = ${run.syncId} and ${MISSING}`);
  return rows[0]?.missing ?? 0;
}

/** @param after the last id of the chunk before, or an empty string */
export async function nextMissing({
  db,
  syncId,
  after,
  limit,
}: {
  db: Database;
  syncId: string;
  after: string;
  limit: number;
}): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select m.team_member_id as id from members m, syncs y
    where y.id = ${syncId} and m.team_member_id > ${after} and ${MISSING}
    order by m.team_member_id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/**
 * @param gone ids that Dropbox does not find: removed, and nothing to recover
 * @returns how many members of this run turned out to be removed so far. @throws SyncNotRunning
 */
export function recordAnswers({
  db,
  syncId,
  emailHoldMs,
  seenAt,
  found,
  gone,
}: {
  db: Database;
  syncId: string;
  emailHoldMs: number;
  seenAt: Date;
  found: readonly StagedMember[];
  gone: readonly string[];
}): Promise<number> {
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    if (found.length > 0) {
      await tx
        .insert(stagedMembers)
        .values(found.map((member) => ({ ...member, emailKey: emailKey(member.email), syncId, seenAt })));
    }
    await tx.execute(sql`
      insert into staged_members (sync_id, team_member_id, external_id, email, email_key, name, status, recoverable,
        role, joined_at, invited_at, suspended_at, seen_at)
      select ${syncId}, team_member_id, external_id, email, email_key, name, 'removed', false,
        role, joined_at, invited_at, suspended_at, ${seenAt.toISOString()}::timestamptz
      from members where connection_id = ${run.connectionId} and team_member_id = any(${sql.param(gone)}::text[])`);
    const only = [...found.map(({ teamMemberId }) => teamMemberId), ...gone];
    const { seatsWoken } = await applyStaged({ tx, run, emailHoldMs, only });
    const removed = gone.length + found.filter(({ status }) => status === 'removed').length;
    const notes = {
      gone: (run.notes.gone ?? 0) + removed,
      seatsWoken: (run.notes.seatsWoken ?? 0) + seatsWoken,
    };
    await noteProgress({ tx, syncId, notes });
    return notes.gone;
  });
}
