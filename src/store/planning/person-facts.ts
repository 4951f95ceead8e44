/** Reads back what was said about people, in the shape that the fold wants; cancelled facts are left out. */
import { and, inArray, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { facts } from '../../../drizzle/schema.ts';
import {
  type FactType,
  type PersonFact,
  type PersonState,
  PROFILE_FIELDS,
  type ProfileFields,
} from '../../domain/fact.ts';
import type { Transaction } from '../database.ts';

/** What `facts.body` holds for every source: what was said, in our names. */
export type FactBody = ProfileFields & {
  groups?: string[];
  state?: PersonState;
  membership?: { group: string; member: boolean };
  /** RFC 3339 or YYYY-MM-DD. */
  returnAt?: string;
};

export type FactRow = typeof facts.$inferSelect;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A moment or a day, as HR wrote it. */
export const momentOf = (text: string): { atMs: number } | { date: string } =>
  DAY.test(text) ? { date: text } : { atMs: Date.parse(text) };

export function personFact(row: FactRow): PersonFact {
  const body = row.body as FactBody;
  const fields: ProfileFields = {};
  for (const field of PROFILE_FIELDS) {
    const value = body[field];
    if (value !== undefined) fields[field] = value;
  }
  return {
    id: row.id,
    source: row.source,
    eventId: row.eventId,
    type: row.type as FactType,
    occurredAtMs: row.occurredAt.getTime(),
    effective:
      row.effectiveDate === null
        ? { atMs: (row.effectiveAt ?? row.occurredAt).getTime() }
        : { date: row.effectiveDate },
    fields,
    ...(body.returnAt === undefined ? {} : { returnAt: momentOf(body.returnAt) }),
    ...(body.groups === undefined ? {} : { groups: body.groups }),
    ...(body.state === undefined ? {} : { state: body.state }),
    ...(body.membership === undefined ? {} : { membership: body.membership }),
  };
}

export async function factsOfPeople({
  tx,
  personIds,
}: {
  tx: Transaction;
  personIds: string[];
}): Promise<Map<string, PersonFact[]>> {
  const cancelling = alias(facts, 'cancelling');
  const rows = await tx
    .select()
    .from(facts)
    .where(
      and(
        inArray(facts.personId, personIds),
        sql`${facts.type} <> 'cancellation'`,
        notExists(
          tx
            .select({ one: sql`1` })
            .from(cancelling)
            .where(
              and(sql`${cancelling.source} = ${facts.source}`, sql`${cancelling.cancels} = ${facts.eventId}`),
            ),
        ),
      ),
    );
  const byPerson = new Map<string, PersonFact[]>(personIds.map((id) => [id, []]));
  for (const row of rows) byPerson.get(row.personId as string)?.push(personFact(row));
  return byPerson;
}
