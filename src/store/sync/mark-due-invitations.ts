/** Writes onto seats what is due for their invitations; their lifecycles do it, and look first. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../database.ts';
import { dueInvitations } from '../due-invitations.ts';
import type { RunningSync } from './running-sync.ts';

/** After a whole listing was compared; adds the seats to `woken_seats`. Locked in the order in which everybody locks. */
export async function markDueInvitations({ tx, run }: { tx: Transaction; run: RunningSync }): Promise<void> {
  await tx.execute(sql`
    with found as materialized (
      select d.id, d.due from (${dueInvitations(sql`s.connection_id = ${run.connectionId}`)}) d
      where d.due is not null),
    locked as (select s.id from seats s join found f on f.id = s.id order by s.id for update of s),
    marked as (
      update seats s set invitation_due = f.due from found f join locked l on l.id = f.id
      where s.id = f.id returning s.id)
    insert into woken_seats (id) select id from marked on conflict do nothing`);
}
