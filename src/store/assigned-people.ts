/** Whom an assignment reaches. The limit lets the caller learn that they are many without reading them all. */
import { sql } from 'drizzle-orm';
import { groupMembers, people } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';

/** @returns external ids of up to `limit` people who are, or will be, in one of the groups; each once */
export async function peopleInGroups({
  tx,
  groupNames,
  limit,
}: {
  tx: Transaction;
  groupNames: readonly string[];
  limit: number;
}): Promise<string[]> {
  if (groupNames.length === 0) return [];
  const rows = await tx
    .selectDistinct({ id: groupMembers.personId })
    .from(groupMembers)
    .where(sql`${groupMembers.groupName} = any(${sql.param(groupNames)}::text[])`)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** @returns external ids of up to `limit` people of the directory, in no particular order */
export async function everybody({ tx, limit }: { tx: Transaction; limit: number }): Promise<string[]> {
  const rows = await tx.select({ id: people.externalId }).from(people).limit(limit);
  return rows.map(({ id }) => id);
}
