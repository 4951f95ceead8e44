/**
 * Seats whose member is not what it was. At most one change a seat and sync, and none where a step of the seat is
 * under way or has read Dropbox later than the listing did.
 *
 * 1. A member who is there (accepted, or suspended or not as the plan wants it): the seat's state follows.
 * 2. A member who is gone, suspended, active or back although the plan wants something else: drift, a person decides.
 * 3. A member who is gone as the plan wants it, or back as it wants it: the lifecycle goes on from there.
 */
import { sql } from 'drizzle-orm';
import { putDifferencesOnRecord } from './seats-on-record.ts';
import type { Staged } from './staged.ts';
import { WANTED_NOW } from './wanted-now.ts';
import { createWokenSeats } from './woken-seats.ts';

const DIFFERS = sql`
  l.status <> 'unknown' and s.member_status is distinct from l.status
  and s.state in ('invited', 'active', 'suspended', 'held')
  and (s.read_back_at is null or s.read_back_at < l.seen_at)`;

/** Leaves the ids of what it changed in `woken_seats`. */
export async function updateDifferingSeats({ tx, run, among }: Staged): Promise<void> {
  const { connectionId, settingsVersion } = run;
  await createWokenSeats(tx);
  // First the locks, then a look: a step writes its intent under the seat's lock, and only a statement that begins
  // after the lock was got sees what was committed before.
  await tx.execute(sql`
    insert into woken_seats
    select s.id, jsonb_build_object('state', s.state, 'attention', s.attention, 'waiting', s.waiting,
      'skipped', s.skipped)
    from seats s join staged_members l on l.team_member_id = s.team_member_id
    where s.connection_id = ${connectionId} and ${among} and ${DIFFERS}
    order by s.id for update of s`);
  await tx.execute(sql`
    with judged as (
      select s.id, l.status, l.seen_at,
        case l.status
          when 'removed' then s.state <> 'held' and ${WANTED_NOW} <> 'none'
          when 'suspended' then ${WANTED_NOW} = 'member' or s.state = 'held' and ${WANTED_NOW} = 'none'
          else s.state = 'suspended' and ${WANTED_NOW} = 'suspended'
            or s.state = 'held' and ${WANTED_NOW} = 'none' end as drifted
      from woken_seats w join seats s on s.id = w.id
      join staged_members l on l.team_member_id = s.team_member_id
      where ${among} and ${DIFFERS}
        and not exists (select from intents i where i.seat_id = s.id and i.ended_at is null)),
    updated as (
      update seats s set
        member_status = j.status, read_back_at = j.seen_at, updated_at = now(), skipped = null,
        state = case when s.state <> 'held' and j.status <> 'removed' then j.status else s.state end,
        attention = case when j.drifted then jsonb_build_object('code', 'drift', 'since',
          to_char(j.seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end,
        judged_plan = case when j.drifted then s.plan_version else s.judged_plan end,
        judged_settings = case when j.drifted then ${settingsVersion} else s.judged_settings end
      from judged j where s.id = j.id
      returning s.id)
    delete from woken_seats w where not exists (select from updated u where u.id = w.id)`);
  await putDifferencesOnRecord({ tx, run });
}
