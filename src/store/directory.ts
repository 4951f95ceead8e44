/** People and groups as the facts made them. Only the fold writes people; groups also come into being by a PUT. */
import { eq, sql } from 'drizzle-orm';
import { groupMembers, groups, people } from '../../drizzle/schema.ts';
import type { PersonSlice } from '../domain/fact.ts';
import type { Transaction } from './database.ts';

/** @returns the person from now on, first the present; empty for somebody nobody has heard of */
export async function slicesOfPerson({
  tx,
  externalId,
}: {
  tx: Transaction;
  externalId: string;
}): Promise<PersonSlice[]> {
  const [row] = await tx
    .select({ slices: people.slices })
    .from(people)
    .where(eq(people.externalId, externalId));
  return row?.slices ?? [];
}

/** Until the transaction ends nobody folds this person anew. */
export async function lockPerson({ tx, personId }: { tx: Transaction; personId: string }): Promise<void> {
  await tx.select().from(people).where(eq(people.externalId, personId)).for('update');
}

/** @returns those of these external ids that the directory does not have, in the order given */
export async function unknownPeople({
  tx,
  personIds,
}: {
  tx: Transaction;
  personIds: readonly string[];
}): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select t.id from unnest(${sql.param(personIds)}::text[]) with ordinality as t(id, place)
    where not exists (select from people p where p.external_id = t.id) order by t.place`);
  return rows.map(({ id }) => id);
}

/** @returns those of these names that no group has, in the order given */
export async function unknownGroups({
  tx,
  names,
}: {
  tx: Transaction;
  names: readonly string[];
}): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select t.name from unnest(${sql.param(names)}::text[]) with ordinality as t(name, place)
    where not exists (select from groups g where g.name = t.name) order by t.place`);
  return rows.map(({ name }) => name);
}

/** Creates the group if there is none, and locks it: two PUTs of the same group take turns. */
export async function lockGroup({ tx, name }: { tx: Transaction; name: string }): Promise<void> {
  await tx.insert(groups).values({ name }).onConflictDoNothing();
  await tx.select().from(groups).where(eq(groups.name, name)).for('update');
}

/** External ids of the members at this moment and of those to come. */
export async function indexedMembers({ tx, name }: { tx: Transaction; name: string }): Promise<Set<string>> {
  const rows = await tx
    .select({ personId: groupMembers.personId })
    .from(groupMembers)
    .where(eq(groupMembers.groupName, name));
  return new Set(rows.map(({ personId }) => personId));
}

/** Adds to the index ahead of the fold, which corrects it; whoever is there stays. */
export async function indexMembers({
  tx,
  name,
  personIds,
}: {
  tx: Transaction;
  name: string;
  personIds: readonly string[];
}): Promise<void> {
  // One parameter for all of them: a group may have more members than a statement may have parameters.
  await tx.execute(sql`
    insert into group_members (group_name, person_id)
    select ${name}, id from jsonb_array_elements_text(${JSON.stringify(personIds)}::jsonb) as t(id)
    on conflict do nothing`);
}
