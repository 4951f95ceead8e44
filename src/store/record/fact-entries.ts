/** Facts as the record keeps them: ids, dates and memberships in clear, names and addresses sealed. */
import type { FactType } from '../../domain/fact.ts';
import type { PersonalEntry } from '../../domain/record.ts';
import type { FactBody, FactRow } from '../planning/person-facts.ts';

const SEALED = ['email', 'givenName', 'surname'] as const;

type Said = Omit<FactRow, 'receivedAt' | 'bodyHash'>;

/** @param row as it was stored, with its number */
export function factEntry(row: Said): PersonalEntry {
  const body = row.body as FactBody;
  const { returnAt, state, groups, membership, managerExternalId, timeZone } = body;
  const said = { returnAt, state, groups, membership, managerExternalId, timeZone };
  const personal = Object.fromEntries(
    SEALED.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );
  return {
    kind: 'fact',
    actor: row.actor,
    ...(row.personId === null ? {} : { person: row.personId }),
    personal,
    data: {
      fact: row.id,
      source: row.source,
      eventId: row.eventId,
      type: row.type as FactType,
      occurredAt: row.occurredAt.toISOString(),
      effectiveAt: row.effectiveDate ?? (row.effectiveAt ?? row.occurredAt).toISOString(),
      ...(row.cancels === null ? {} : { cancels: row.cancels }),
      ...(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as typeof body),
    },
  };
}
