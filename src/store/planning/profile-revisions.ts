/** Gives a name and address a number, so that plans and workflows can point at them without holding them. */
import { inArray } from 'drizzle-orm';
import { profileRevisions } from '../../../drizzle/schema.ts';
import type { PersonSlice } from '../../domain/fact.ts';
import type { Transaction } from '../database.ts';

type Profile = Pick<PersonSlice, 'email' | 'givenName' | 'surname'>;
type Row = typeof profileRevisions.$inferInsert;

const keyOf = ({ email, givenName, surname }: Profile): string => JSON.stringify([email, givenName, surname]);

/** Numbers handed out are kept by `save`, which runs before any plan that uses them is stored. */
export async function revisionBook({ tx, personIds }: { tx: Transaction; personIds: string[] }): Promise<{
  revisionOf: (input: { personId: string; slice: PersonSlice }) => number;
  save: () => Promise<void>;
}> {
  const known = new Map<string, Map<string, number>>(personIds.map((id) => [id, new Map()]));
  const rows = await tx.select().from(profileRevisions).where(inArray(profileRevisions.personId, personIds));
  for (const row of rows) {
    known.get(row.personId)?.set(keyOf({ ...row }), row.revision);
  }
  const fresh: Row[] = [];
  return {
    revisionOf: ({ personId, slice }) => {
      const ofPerson = known.get(personId) ?? new Map<string, number>();
      const key = keyOf(slice);
      const found = ofPerson.get(key);
      if (found !== undefined) return found;
      const revision = ofPerson.size + 1;
      ofPerson.set(key, revision);
      fresh.push({
        personId,
        revision,
        email: slice.email,
        givenName: slice.givenName,
        surname: slice.surname,
      });
      return revision;
    },
    save: async () => {
      if (fresh.length > 0) await tx.insert(profileRevisions).values(fresh);
    },
  };
}
