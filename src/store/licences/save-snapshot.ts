/** The day's count of licences, with the seats of members who do not use them. The last sync of a day (UTC) decides. */
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

/**
 * After the members were compared. Nothing is written for a run that Dropbox told no figures. Safe to run again.
 *
 * @throws when the run's figures cannot be written
 */
export async function saveSnapshot({ db, syncId }: { db: Database; syncId: string }): Promise<void> {
  await db.execute(sql`
    insert into licence_snapshots
      (connection_id, date, purchased, provisioned, used, suspended, dormant, taken_at)
    select s.connection_id, (n.counted_at at time zone 'UTC')::date, n.purchased, n.provisioned, n.used,
      (select count(*) from members m where m.connection_id = s.connection_id and m.status = 'suspended'),
      (select count(*) from member_dormancy d where d.connection_id = s.connection_id and d.dormant),
      n.counted_at
    from syncs s
    cross join lateral (select (s.report->>'purchased')::int as purchased,
      (s.report->>'provisioned')::int as provisioned, (s.report->>'used')::int as used,
      to_timestamp((s.report->>'countedAtMs')::float8 / 1000) as counted_at) n
    where s.id = ${syncId} and s.status = 'running' and n.counted_at is not null
    on conflict (connection_id, date) do update set purchased = excluded.purchased,
      provisioned = excluded.provisioned, used = excluded.used, suspended = excluded.suspended,
      dormant = excluded.dormant, taken_at = excluded.taken_at`);
}
