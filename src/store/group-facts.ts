/** What PUTs said about the members of a group; `group_members` also holds what events gave. */
import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/** @returns the last word on each of these people whom a PUT ever put into the group or took out of it: true is a member */
export async function lastWordsOnGroup({
  tx,
  name,
  personIds,
}: {
  tx: Transaction;
  name: string;
  personIds: readonly string[];
}): Promise<Map<string, boolean>> {
  const said = await tx.execute<{ person_id: string; member: boolean }>(sql`
    select distinct on (person_id) person_id, (body #>> '{membership,member}')::boolean as member
    from facts
    where person_id = any(${sql.param(personIds)}::text[])
      and type = 'membership' and body #>> '{membership,group}' = ${name}
    order by person_id, id desc`);
  return new Map(said.rows.map((row) => [row.person_id, row.member]));
}
