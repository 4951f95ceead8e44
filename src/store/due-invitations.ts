/**
 * Invitations that nobody accepted, and what is due for them by the settings in force. They are as old as Dropbox says
 * (`invited_on`), or as our own call. Reminders are counted since that call; one whose answer was lost counts.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { InvitationDue } from '../domain/seat.ts';
import type { Transaction } from './database.ts';
import { WANTED_NOW } from './sync/wanted-now.ts';

/** @param among which rows of `seats` (alias `s`); gives `id` and `due`, which is null for most */
export const dueInvitations = (among: SQL): SQL => sql`
  select s.id,
    case
      when g.settings #>> '{invitation,onExpiry}' = 'cancel'
        and asked.at + (g.settings #>> '{invitation,expireAfter}')::interval <= now() then 'expire'
      when not (g.settings #>> '{provision,silent}')::boolean
        and sent.times < (g.settings #>> '{invitation,reminders}')::int
        and greatest(asked.at, sent.last) + (g.settings #>> '{invitation,remindAfter}')::interval <= now()
        then 'remind'
    end as due
  from seats s
  join connections c on c.id = s.connection_id and c.status = 'connected'
  join connection_settings g on g.connection_id = c.id and g.version = c.settings_version
  join members m on m.connection_id = c.id and m.team_member_id = s.team_member_id and m.status = 'invited'
  left join lateral (
    select i.id, i.ended_at from intents i
    where i.seat_id = s.id and i.action in ('add', 'recover') and i.outcome = 'applied'
    order by i.id desc limit 1) begun on true
  cross join lateral (select coalesce(m.invited_at, begun.ended_at) as at) asked
  cross join lateral (
    select count(*)::int as times, max(i.started_at) as last from intents i
    where i.seat_id = s.id and i.action = 'remind' and i.outcome = 'applied' and i.id > coalesce(begun.id, 0)) sent
  where ${among} and s.state = 'invited' and s.attention is null
    and (g.settings #>> '{provision,enabled}')::boolean and ${WANTED_NOW} = 'member'
    and not exists (select from intents i where i.seat_id = s.id and i.ended_at is null)`;

/** What is due for one seat at this moment; the caller holds its lock. */
export async function invitationDue({
  tx,
  seatId,
}: {
  tx: Transaction;
  seatId: string;
}): Promise<InvitationDue | null> {
  const { rows } = await tx.execute<{ due: InvitationDue | null }>(dueInvitations(sql`s.id = ${seatId}`));
  return rows[0]?.due ?? null;
}
