/** Addresses that Dropbox keeps for members whom nobody here removed. */
import { sql } from 'drizzle-orm';
import type { Staged } from './staged.ts';

/**
 * A hold for everybody who can still be recovered, from when they were first seen removed. Held is the address that
 * the member was last seen with as a member: Dropbox may rewrite it at the removal.
 */
export async function learnHolds({
  tx,
  run,
  among,
  emailHoldMs,
}: Staged & { emailHoldMs: number }): Promise<void> {
  const { connectionId } = run;
  await tx.execute(sql`
    insert into email_claims
      (connection_id, email_key, holder_seat_id, state, held_since, hold_until, team_member_id)
    select distinct on (gone.email_key) ${connectionId}, gone.email_key, null, 'held', gone.seen_at,
      gone.seen_at + ${emailHoldMs} * interval '1 millisecond', gone.team_member_id
    from (
      select l.team_member_id, l.seen_at,
        case when m.status <> 'removed' then m.email_key else l.email_key end as email_key
      from staged_members l
      left join members m on m.connection_id = ${connectionId} and m.team_member_id = l.team_member_id
      where ${among} and l.status = 'removed' and l.recoverable
        and (m.seen_at is null or m.seen_at <= l.seen_at)) gone
    where not exists (
        select from email_claims c where c.connection_id = ${connectionId}
          and (c.email_key = gone.email_key or c.team_member_id = gone.team_member_id))
      and not exists (
        select from seats s where s.connection_id = ${connectionId}
          and s.team_member_id = gone.team_member_id and s.state in ('held', 'deprovisioning'))
    order by gone.email_key, gone.seen_at desc
    on conflict do nothing`);
}

/** After a whole listing: learned holds that are over and that Dropbox no longer has, unless somebody waits for them. */
export async function dropEndedHolds({ tx, run }: Pick<Staged, 'tx' | 'run'>): Promise<void> {
  const { connectionId, syncId } = run;
  await tx.execute(sql`
    delete from email_claims c using syncs y
    where y.id = ${syncId} and c.connection_id = ${connectionId}
      and c.holder_seat_id is null and c.state = 'held' and c.hold_until <= y.listing_started_at
      and not exists (
        select from staged_members l where l.sync_id = y.id and l.team_member_id = c.team_member_id
          and l.status = 'removed' and l.recoverable is not false)
      and not exists (
        select from email_waiters w
        where w.connection_id = c.connection_id and w.email_key = c.email_key)`);
}
