/** Entries of the record as commands and activities append them, for reads to find. */
import { randomBytes } from 'node:crypto';
import { createKeyring } from '../../src/crypto/keyring.ts';
import type { Happening, RecordEntry } from '../../src/domain/record.ts';
import type { Database } from '../../src/store/database.ts';
import { appendEntries, appendPersonalEntries } from '../../src/store/record/append-entries.ts';

export const keyring = createKeyring([{ id: 'k1', key: randomBytes(32) }]);

export const CORP = { id: 'con_corp', slug: 'corp' };

type FactData = Extract<Happening, { kind: 'fact' }>['data'];

/** A fact that took effect when it was said, unless the change says otherwise. */
export const factEntry = (eventId: string, change: Partial<FactData> = {}): RecordEntry => ({
  kind: 'fact',
  actor: 'key_hr',
  person: 'E1',
  data: {
    fact: 1,
    source: 'events',
    eventId,
    type: 'joiner',
    occurredAt: '2026-11-22T09:00:00.000Z',
    effectiveAt: '2026-11-22T09:00:00.000Z',
    ...change,
  },
});

/** What follows by itself for E1 on the connection `corp`, judged by plan 1 and settings 2. */
export const entryOf = (happening: Happening): RecordEntry => ({
  ...happening,
  actor: 'seatkeeper',
  person: 'E1',
  connection: CORP,
  plan: 1,
  settings: 2,
});

export const append = ({ db, entries }: { db: Database; entries: RecordEntry[] }): Promise<void> =>
  db.transaction((tx) => appendEntries({ tx, entries }));

export const appendPersonal = ({
  db,
  entry,
  personal,
}: {
  db: Database;
  entry: RecordEntry;
  personal: Record<string, string>;
}): Promise<void> =>
  db.transaction((tx) => appendPersonalEntries({ tx, keyring, entries: [{ ...entry, personal }] }));
