/**
 * Appends to the record, in the transaction that makes the entry true. Appending waits for nobody: the order is given
 * later, by order-entries.ts.
 */
import { sql } from 'drizzle-orm';
import { sealerOf } from '../../crypto/personal-values.ts';
import type { PersonalEntry, RecordEntry } from '../../domain/record.ts';
import type { Transaction } from '../database.ts';
import { canonicalJson } from './canonical-json.ts';
import { type RecordKeyring, subjectKeys } from './subject-keys.ts';

/** Format of a leaf. A leaf is never rewritten, so readers know every version that ever was. */
const LEAF_VERSION = 1;
const ROWS_PER_STATEMENT = 2_000;

/** Entries that name nobody. */
export async function appendEntries({
  tx,
  entries,
}: {
  tx: Transaction;
  entries: readonly RecordEntry[];
}): Promise<void> {
  await insertLeaves({ tx, leaves: entries.map((entry) => leafOf({ entry })) });
}

/** Entries with names and addresses, which are sealed under a key of whom they are about. */
export async function appendPersonalEntries({
  tx,
  keyring,
  entries,
}: {
  tx: Transaction;
  keyring: RecordKeyring;
  entries: readonly PersonalEntry[];
}): Promise<void> {
  const subjects = entries.filter(hasPersonal).map(subjectOf);
  const keys =
    subjects.length === 0 ? new Map<string, string>() : await subjectKeys({ tx, keyring, subjects });
  const leaves = entries.map((entry) => {
    if (!hasPersonal(entry)) return leafOf({ entry });
    const subject = subjectOf(entry);
    const seal = sealerOf({ keyring, subject, sealedKey: keys.get(subject) as string });
    return leafOf({ entry, personal: seal(entry.personal) });
  });
  await insertLeaves({ tx, leaves });
}

const hasPersonal = ({ personal }: PersonalEntry): boolean => Object.keys(personal).length > 0;

function subjectOf({ person, connection }: RecordEntry): string {
  if (person !== undefined) return `person:${person}`;
  if (connection !== undefined) return `connection:${connection.id}`;
  throw new Error('personal values belong to a person or a connection');
}

type Leaf = {
  at: string;
  kind: string;
  person: string | null;
  connection: string | null;
  text: string;
};

function leafOf({ entry, personal }: { entry: RecordEntry; personal?: string }): Leaf {
  const { kind, actor, person, connection, plan, settings, data } = entry;
  const at = new Date().toISOString();
  // What is undefined is left out, as JSON does.
  const slug = connection?.slug;
  const text = canonicalJson({
    v: LEAF_VERSION,
    at,
    kind,
    actor,
    person,
    connection: slug,
    plan,
    settings,
    data,
    personal,
  });
  return { at, kind, person: person ?? null, connection: connection?.id ?? null, text };
}

async function insertLeaves({ tx, leaves }: { tx: Transaction; leaves: readonly Leaf[] }): Promise<void> {
  for (let i = 0; i < leaves.length; i += ROWS_PER_STATEMENT) {
    const rows = JSON.stringify(leaves.slice(i, i + ROWS_PER_STATEMENT));
    await tx.execute(sql`
      with appended as (
        insert into record_entries (at, kind, person_id, connection_id, leaf)
        select e.at, e.kind, e.person, e.connection, convert_to(e.text, 'UTF8')
        from rows from (jsonb_to_recordset(${rows}::jsonb)
          as (at timestamptz, kind text, person text, connection text, text text)) with ordinality
          as e(at, kind, person, connection, text, n)
        order by e.n
        returning id)
      insert into record_queue (entry_id) select id from appended`);
  }
}
