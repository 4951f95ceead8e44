/** The directory, as it is at this moment. */
import { and, asc, eq, gt, ilike, or, sql } from 'drizzle-orm';
import { people } from '../../drizzle/schema.ts';
import type { PersonState } from '../domain/fact.ts';
import { sliceAt } from '../domain/person.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { containing } from './search-text.ts';
import type { Seat, TemporalLinks } from './seat-view.ts';
import { seatsOfPeople } from './seats.ts';

export type Person = {
  externalId: string;
  email: string | null;
  givenName: string | null;
  surname: string | null;
  /** Null: nobody has said that the person joined. */
  state: PersonState | null;
  groups: string[];
  /** External id. */
  manager?: string;
  timeZone?: string;
  seats: Seat[];
};

type PersonRow = typeof people.$inferSelect;
type Reading = { db: Reader; links: TemporalLinks; now: Date };

async function withSeats({ db, links, now, rows }: Reading & { rows: PersonRow[] }): Promise<Person[]> {
  const personIds = rows.map(({ externalId }) => externalId);
  const seats = await seatsOfPeople({ db, personIds, links, now });
  return rows.map(({ externalId, slices }) => {
    const present = sliceAt({ slices, nowMs: now.getTime() });
    const { state, groups } = present;
    // Somebody whose joining lies ahead has a name already.
    const { email, givenName, surname, managerExternalId, timeZone } =
      (state === null && present.email === null ? slices.find((slice) => slice.state !== null) : undefined) ??
      present;
    return {
      externalId,
      email,
      givenName,
      surname,
      state,
      groups,
      ...(managerExternalId === null ? {} : { manager: managerExternalId }),
      ...(timeZone === null ? {} : { timeZone }),
      seats: seats.get(externalId) ?? [],
    };
  });
}

export async function findPerson({
  externalId,
  ...reading
}: Reading & { externalId: string }): Promise<Person | undefined> {
  const rows = await reading.db.select().from(people).where(eq(people.externalId, externalId));
  const [person] = await withSeats({ ...reading, rows });
  return person;
}

/** In the order of the external ids. `q`: part of an id, a name or an address, present or to come. */
export async function listPeople({
  q,
  cursor,
  limit,
  ...reading
}: Reading & PageRequest & { q?: string | undefined }): Promise<Page<Person>> {
  const after = decodeCursor({ cursor, keys: 1 });
  const pattern = q === undefined ? undefined : containing(q);
  const rows = await reading.db
    .select()
    .from(people)
    .where(
      and(
        after === null ? undefined : gt(people.externalId, `${after[0]}`),
        pattern === undefined
          ? undefined
          : or(
              ilike(people.externalId, pattern),
              sql`exists (select from jsonb_array_elements(${people.slices}) slice
                where slice->>'email' ilike ${pattern}
                   or concat_ws(' ', slice->>'givenName', slice->>'surname') ilike ${pattern})`,
            ),
      ),
    )
    .orderBy(asc(people.externalId))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [row.externalId] });
  return { items: await withSeats({ ...reading, rows: page.items }), nextCursor: page.nextCursor };
}
