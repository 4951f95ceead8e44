import { sql } from 'drizzle-orm';
import type { Queryable } from './database.ts';

/**
 * Names of the roles of the other active members of a team, as last listed or read back.
 * @returns null while no listing was ever complete
 */
export async function rolesOfOthers({
  db,
  connectionId,
  teamMemberId,
}: {
  db: Queryable;
  connectionId: string;
  teamMemberId: string;
}): Promise<string[] | null> {
  const { rows } = await db.execute<{ isListed: boolean; names: string[] | null }>(sql`
    select exists (select from syncs where connection_id = ${connectionId} and status = 'succeeded') as "isListed",
      (select array_agg(distinct r.held) from members m, regexp_split_to_table(m.role, ', ') as r(held)
       where m.connection_id = ${connectionId} and m.team_member_id <> ${teamMemberId}
         and m.status = 'active' and m.role <> 'member') as names`);
  const [row] = rows;
  return row?.isListed === true ? (row.names ?? []) : null;
}
