/** Everything that happened to a person, oldest first: the record, as far as it is about them. */
import type { RecordKind } from '../domain/record.ts';
import { mapPage } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { listRecord } from './record.ts';
import type { SealedValues } from './record-item.ts';

export type TimelineItem = {
  at: string;
  kind: RecordKind;
  summary: string;
  actor: string;
  cause: string | null;
  details: Record<string, unknown>;
  /** Names and addresses, to be opened by whoever has the keys. */
  sealed: SealedValues | null;
};

export async function readTimeline({
  db,
  externalId,
  cursor,
  limit,
}: PageRequest & { db: Reader; externalId: string }): Promise<Page<TimelineItem>> {
  const filter = { person: externalId };
  const page = await listRecord({ db, filter, order: 'written', cursor, limit });
  return mapPage({
    page,
    item: ({ at, kind, summary, actor, cause, connection, plan, settings, details, sealed }) => ({
      at,
      kind,
      summary,
      actor,
      cause,
      details: {
        ...(connection === undefined ? {} : { connection }),
        ...(plan === undefined ? {} : { planVersion: plan }),
        ...(settings === undefined ? {} : { settingsVersion: settings }),
        ...details,
      },
      sealed,
    }),
  });
}
