/**
 * One page of a listing: its members, the cursor behind it and the progress are committed together, so that whoever
 * goes on after a crash asks for the page that comes next.
 */
import type pg from 'pg';
import type { Database } from '../database.ts';
import { copyIntoStaging, type StagedMember } from './staged-member.ts';

export type Page = {
  /** The cursor that was asked with; null for the first page. */
  askedWith: string | null;
  cursor: string;
  hasMore: boolean;
  /** Dropbox's clock when the page was asked for. */
  fetchedAt: Date;
  members: readonly StagedMember[];
};

export type CommittedPage =
  /** `fresh`: members that no earlier page had. */
  | { outcome: 'committed'; members: number; pages: number; fresh: number }
  /** The run stands elsewhere by now (another attempt was quicker, or it ended); nothing was written. */
  | { outcome: 'moved_on' }
  /** It was the last page, and the listing cannot be the whole team; nothing was written. */
  | { outcome: 'empty' | 'admin_absent' };

export async function commitPage({
  db,
  syncId,
  page,
}: {
  db: Database;
  syncId: string;
  page: Page;
}): Promise<CommittedPage> {
  const client = await db.$client.connect();
  let isBroken = false;
  try {
    await client.query('begin');
    const result = await writePage({ client, syncId, page });
    await client.query(result.outcome === 'committed' ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
}

async function writePage({
  client,
  syncId,
  page,
}: {
  client: pg.PoolClient;
  syncId: string;
  page: Page;
}): Promise<CommittedPage> {
  const moved = await client.query<{ adminMemberId: string; pages: number }>(
    `update syncs s set cursor = $3, progress_at = now(), problem = null,
       listing_started_at = coalesce(s.listing_started_at, $4),
       report = (coalesce(s.report, '{}') - 'failures' - 'troubledSinceMs') ||
         jsonb_build_object('pages', coalesce((s.report->>'pages')::int, 0) + 1)
     from connections c
     where s.id = $1 and c.id = s.connection_id and s.status = 'running' and s.phase = 'members'
       and s.cursor is not distinct from $2
     returning c.admin_member_id as "adminMemberId", (s.report->>'pages')::int as pages`,
    [syncId, page.askedWith, page.cursor, page.fetchedAt],
  );
  const run = moved.rows[0];
  if (run === undefined) return { outcome: 'moved_on' };
  const fresh = await stage({ client, syncId, page });
  const counted = await client.query<{ processed: number }>(
    `update syncs set processed = processed + $2,
       total = case when total < processed + $2 then processed + $2 else total end
     where id = $1 returning processed`,
    [syncId, fresh],
  );
  const members = counted.rows[0]?.processed ?? 0;
  if (!page.hasMore) {
    if (members === 0) return { outcome: 'empty' };
    if (!(await isStaged({ client, syncId, teamMemberId: run.adminMemberId }))) {
      return { outcome: 'admin_absent' };
    }
    await client.query(
      `update syncs set phase = 'activity', processed = 0, total = null, cursor = null,
         report = report || jsonb_build_object('members', $2::int) where id = $1`,
      [syncId, members],
    );
  }
  return { outcome: 'committed', members, pages: run.pages, fresh };
}

/** The listing is no snapshot: whoever shows again is kept as the later page has them. */
async function stage({
  client,
  syncId,
  page,
}: {
  client: pg.PoolClient;
  syncId: string;
  page: Page;
}): Promise<number> {
  const members = [...new Map(page.members.map((member) => [member.teamMemberId, member])).values()];
  if (members.length === 0) return 0;
  // Staging grows faster than its statistics; a plan made for a small table would read all of it for every page.
  await client.query('set local enable_seqscan = off');
  const replaced = await client.query(
    'delete from staged_members where sync_id = $1 and team_member_id = any($2)',
    [syncId, members.map((member) => member.teamMemberId)],
  );
  await copyIntoStaging({ client, syncId, seenAt: page.fetchedAt, members });
  return members.length - (replaced.rowCount ?? 0);
}

async function isStaged({
  client,
  syncId,
  teamMemberId,
}: {
  client: pg.PoolClient;
  syncId: string;
  teamMemberId: string;
}): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from staged_members where sync_id = $1 and team_member_id = $2',
    [syncId, teamMemberId],
  );
  return rowCount !== 0;
}
