/** Groups, with their members at this moment: `group_members` also knows those to come. */
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import { groupMembers, groups, people } from '../../drizzle/schema.ts';
import { sliceAt } from '../domain/person.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';

export type Group = { name: string; members: string[] };

async function withMembers({
  db,
  names,
  now,
}: {
  db: Reader;
  names: readonly string[];
  now: Date;
}): Promise<Group[]> {
  const byName = new Map<string, string[]>(names.map((name) => [name, []]));
  if (names.length > 0) {
    const rows = await db
      .select({ group: groupMembers.groupName, personId: people.externalId, slices: people.slices })
      .from(groupMembers)
      .innerJoin(people, eq(people.externalId, groupMembers.personId))
      .where(inArray(groupMembers.groupName, [...names]))
      .orderBy(asc(people.externalId));
    for (const { group, personId, slices } of rows) {
      const present = sliceAt({ slices, nowMs: now.getTime() });
      if (present.groups.includes(group)) byName.get(group)?.push(personId);
    }
  }
  return [...byName].map(([name, members]) => ({ name, members }));
}

export async function findGroup({
  db,
  name,
  now,
}: {
  db: Reader;
  name: string;
  now: Date;
}): Promise<Group | undefined> {
  const rows = await db.select().from(groups).where(eq(groups.name, name));
  const [group] = await withMembers({ db, names: rows.map((row) => row.name), now });
  return group;
}

/** By name. */
export async function listGroups({
  db,
  now,
  cursor,
  limit,
}: PageRequest & { db: Reader; now: Date }): Promise<Page<Group>> {
  const after = decodeCursor({ cursor, keys: 1 });
  const rows = await db
    .select()
    .from(groups)
    .where(and(after === null ? undefined : gt(groups.name, `${after[0]}`)))
    .orderBy(asc(groups.name))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [row.name] });
  const items = await withMembers({ db, names: page.items.map(({ name }) => name), now });
  return { items, nextCursor: page.nextCursor };
}
