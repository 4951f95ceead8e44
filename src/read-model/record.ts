/** Reads of the record. Personal values come out as ciphertext with the sealed key of whom they are about. */
import { eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { connections, facts } from '../../drizzle/schema.ts';
import type { RecordKind } from '../domain/record.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { type Leaf, type ReadEntry, type RecordItem, recordItem } from './record-item.ts';

export type RecordFilter = {
  /** External id. */
  person?: string | undefined;
  connectionId?: string | undefined;
  kind?: RecordKind | undefined;
  /** RFC 3339, inclusive. */
  from?: string | undefined;
  /** RFC 3339, exclusive. */
  to?: string | undefined;
};

/**
 * `placed`: entries that have their place, by place. `written`: all, in the order in which they were written; that is
 * how one person's entries are told, since those of one seat are written one after the other.
 */
export type RecordOrder = 'placed' | 'written';

type Reading = { db: Reader; filter: RecordFilter; order: RecordOrder };

const READ_AT_ONCE = 500;

/** Unlike the rest of the product, the record still knows connections that have ended. */
export async function findRecordedConnection({
  db,
  name,
}: {
  db: Reader;
  /** Id or slug. */
  name: string;
}): Promise<string | undefined> {
  const [row] = await db
    .select({ id: connections.id })
    .from(connections)
    .where(or(eq(connections.id, name), eq(connections.slug, name)));
  return row?.id;
}

export async function listRecord({
  cursor,
  limit,
  ...reading
}: Reading & PageRequest): Promise<Page<RecordItem>> {
  const after = decodeCursor({ cursor, keys: 1, numbers: [0] });
  const rows = await read({ ...reading, after: after?.[0] ?? '-1', limit: limit + 1 });
  const page = pageOf({ rows, limit, keysOf: (row) => [keyOf({ row, ...reading })] });
  return { items: await itemsOf({ db: reading.db, rows: page.items }), nextCursor: page.nextCursor };
}

/** All of it, a few hundred entries at a time. */
export async function* wholeRecord(reading: Reading): AsyncGenerator<RecordItem> {
  for (let after = '-1'; ; ) {
    const rows = await read({ ...reading, after, limit: READ_AT_ONCE });
    yield* await itemsOf({ db: reading.db, rows });
    const row = rows.at(-1);
    if (row === undefined || rows.length < READ_AT_ONCE) return;
    after = keyOf({ row, ...reading });
  }
}

const keyOf = ({ row, order }: { row: ReadEntry; order: RecordOrder }): string =>
  order === 'placed' ? `${row.position}` : row.id;

const NUMBER: Record<RecordOrder, SQL> = { placed: sql`p.position`, written: sql`e.id` };
const ENTRIES: Record<RecordOrder, SQL> = {
  placed: sql`record_positions p join record_entries e on e.id = p.entry_id`,
  written: sql`record_entries e left join record_positions p on p.entry_id = e.id`,
};

async function read({
  db,
  filter: { person, connectionId, kind, from, to },
  order,
  after,
  limit,
}: Reading & { after: string; limit: number }): Promise<ReadEntry[]> {
  const conditions: SQL[] = [
    sql`${NUMBER[order]} > ${after}::bigint`,
    ...(person === undefined ? [] : [sql`e.person_id = ${person}`]),
    ...(connectionId === undefined ? [] : [sql`e.connection_id = ${connectionId}`]),
    ...(kind === undefined ? [] : [sql`e.kind = ${kind}`]),
    ...(from === undefined ? [] : [sql`e.at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`e.at < ${to}::timestamptz`]),
  ];
  const { rows } = await db.execute<Omit<ReadEntry, 'leaf'>>(sql`
    select e.id::text as id, p.position::text as position, e.leaf as bytes, k.subject, k.sealed_key as "sealedKey"
    from ${ENTRIES[order]}
    left join record_keys k on k.subject = coalesce('person:' || e.person_id, 'connection:' || e.connection_id)
    where ${sql.join(conditions, sql` and `)}
    order by ${NUMBER[order]} limit ${limit}`);
  return rows.map((row) => ({ ...row, leaf: JSON.parse(row.bytes.toString('utf8')) as Leaf }));
}

async function itemsOf({ db, rows }: { db: Reader; rows: readonly ReadEntry[] }): Promise<RecordItem[]> {
  const eventIdOf = await eventIds({ db, rows });
  return rows.map((entry) => recordItem({ entry, eventIdOf }));
}

/** Plans name facts by our numbers; people know them by their event ids. */
async function eventIds({
  db,
  rows,
}: {
  db: Reader;
  rows: readonly ReadEntry[];
}): Promise<Map<number, string>> {
  const ids = rows.flatMap(({ leaf }) => {
    const cause = leaf.kind === 'plan' ? leaf.data.steps[0]?.cause : null;
    return cause != null && 'fact' in cause ? [cause.fact] : [];
  });
  if (ids.length === 0) return new Map();
  const found = await db
    .select({ id: facts.id, eventId: facts.eventId })
    .from(facts)
    .where(inArray(facts.id, [...new Set(ids)]));
  return new Map(found.map(({ id, eventId }) => [id, eventId]));
}
