/** Signs of life → the latest of each member. Neither their order nor repetition decides anything. */
import { sql } from 'drizzle-orm';
import { latestSigns, type SignOfLife } from '../../domain/activity.ts';
import type { Transaction } from '../database.ts';

/** In the order of ids, so that two writers cannot lock each other out. */
export async function foldSigns({
  tx,
  connectionId,
  signs,
}: {
  tx: Transaction;
  connectionId: string;
  signs: Iterable<SignOfLife>;
}): Promise<void> {
  const latest = [...latestSigns(signs).values()];
  if (latest.length === 0) return;
  const ids = latest.map(({ teamMemberId }) => teamMemberId);
  const times = latest.map(({ at }) => at.toISOString());
  const sources = latest.map(({ source }) => source);
  // Equal times are decided by the source, as in `latestSigns`.
  await tx.execute(sql`
    insert into member_activity as m (connection_id, team_member_id, last_activity_at, source)
    select ${connectionId}, n.id, n.at, n.source
    from unnest(${sql.param(ids)}::text[], ${sql.param(times)}::timestamptz[], ${sql.param(sources)}::text[])
      as n(id, at, source)
    order by n.id
    on conflict (connection_id, team_member_id) do update
    set last_activity_at = excluded.last_activity_at, source = excluded.source
    where (m.last_activity_at, m.source collate "C")
      < (excluded.last_activity_at, excluded.source collate "C")`);
}
