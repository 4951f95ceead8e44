/** Facts → directory, for the people whose facts changed. Locks their rows, so that two folds take turns. */
import { inArray, sql } from 'drizzle-orm';
import { groupMembers, groups, people } from '../../../drizzle/schema.ts';
import { foldPerson } from '../../domain/person.ts';
import type { Transaction } from '../database.ts';
import { newId } from '../ids.ts';
import { factsOfPeople } from './person-facts.ts';

/** What may stand in a workflow id and in payloads as it is; anything else (an address, say) gets an id of ours. */
const PLAIN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** @returns the present by which it folded, in milliseconds since the epoch */
export async function foldPeople({
  tx,
  personIds,
  now,
}: {
  tx: Transaction;
  personIds: readonly string[];
  now: () => number;
}): Promise<number> {
  const ids = [...new Set(personIds)].sort();
  if (ids.length === 0) return now();
  await tx
    .insert(people)
    .values(
      ids.map((externalId) => ({
        externalId,
        ref: PLAIN_ID.test(externalId) ? externalId : newId('person'),
        slices: [],
      })),
    )
    .onConflictDoNothing();
  await tx
    .select({ id: people.externalId })
    .from(people)
    .where(inArray(people.externalId, ids))
    .orderBy(people.externalId)
    .for('update');

  // Read after the locks: what another sender stored a moment later than we began must not lie in our future.
  const nowMs = now();
  const said = await factsOfPeople({ tx, personIds: ids });
  const folded = ids.map((id) => ({ id, slices: foldPerson({ facts: said.get(id) ?? [], nowMs }) }));
  const json = JSON.stringify(folded);
  await tx.execute(sql`
    update people set slices = f.slices, updated_at = now()
    from jsonb_to_recordset(${json}::jsonb) as f(id text, slices jsonb)
    where people.external_id = f.id and people.slices <> f.slices`);
  await indexGroups({ tx, ids, folded });
  return nowMs;
}

/** Every group a person is or will be in; groups come into being when somebody names them. */
async function indexGroups({
  tx,
  ids,
  folded,
}: {
  tx: Transaction;
  ids: string[];
  folded: { id: string; slices: { groups: string[] }[] }[];
}): Promise<void> {
  const rows = folded.flatMap(({ id, slices }) =>
    [...new Set(slices.flatMap((slice) => slice.groups))].map((groupName) => ({ groupName, personId: id })),
  );
  await tx.delete(groupMembers).where(inArray(groupMembers.personId, ids));
  if (rows.length === 0) return;
  const names = [...new Set(rows.map((row) => row.groupName))].sort();
  await tx
    .insert(groups)
    .values(names.map((name) => ({ name })))
    .onConflictDoNothing();
  const json = JSON.stringify(rows);
  await tx.execute(sql`
    insert into group_members (group_name, person_id)
    select r."groupName", r."personId" from jsonb_to_recordset(${json}::jsonb) as r("groupName" text, "personId" text)
    on conflict do nothing`);
}
