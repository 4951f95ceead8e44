/** Staging → members, differences only, and never over what was seen later (a read-back while the listing ran). */
import { type SQL, sql } from 'drizzle-orm';
import type { Staged } from './staged.ts';

const COMPARED = [
  'external_id',
  'email',
  'email_key',
  'name',
  'status',
  'recoverable',
  'role',
  'joined_at',
  'invited_at',
  'suspended_at',
] as const;

const columns = (alias: 'l' | 'm'): SQL => sql.raw(COMPARED.map((column) => `${alias}.${column}`).join(', '));
const ASSIGNMENTS = sql.raw(COMPARED.map((column) => `${column} = l.${column}`).join(', '));
const NAMES = sql.raw(COMPARED.join(', '));

/** First seen is by Dropbox's clock too, so that it can be compared with the beginning of a listing. */
export async function upsertMembers({
  tx,
  run,
  among,
}: Staged): Promise<{ joined: number; changed: number }> {
  const { connectionId } = run;
  const changed = await tx.execute(sql`
    update members m set ${ASSIGNMENTS}, seen_at = l.seen_at
    from staged_members l
    where ${among} and m.connection_id = ${connectionId} and m.team_member_id = l.team_member_id
      and m.seen_at < l.seen_at and (${columns('m')}) is distinct from (${columns('l')})`);
  const joined = await tx.execute(sql`
    insert into members (connection_id, team_member_id, ${NAMES}, seen_at, first_seen_at)
    select ${connectionId}, l.team_member_id, ${columns('l')}, l.seen_at, l.seen_at
    from staged_members l
    where ${among} and not exists (
      select from members m where m.connection_id = ${connectionId} and m.team_member_id = l.team_member_id)
    on conflict do nothing`);
  return { joined: joined.rowCount ?? 0, changed: changed.rowCount ?? 0 };
}
