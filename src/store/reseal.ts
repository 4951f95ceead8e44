/**
 * After ENCRYPTION_KEYS got a new first key: what older keys sealed is opened and sealed again, so that they can be
 * dropped. Any number of workers may do it at once. Sealed for minutes or a day only, and therefore left alone: trips to
 * Dropbox that are under way, and answers kept for an Idempotency-Key.
 */
import { sql } from 'drizzle-orm';
import { type Keyring, keyIdOf, UnknownKeyError } from '../crypto/keyring.ts';
import { recordBinding } from '../crypto/personal-values.ts';
import type { Database, Transaction } from './database.ts';
import { grantBinding } from './grants.ts';
import { tellTemporal } from './outbox.ts';
import { inTransaction } from './transaction.ts';

/** What cannot be opened: its key is not in ENCRYPTION_KEYS, or another key has its name. */
export type Unreadable = { what: string; key: string; reason: 'missing' | 'another key'; rows: number };
export type Resealed = { rows: number; unreadable: Unreadable[] };

type Sealed = {
  what: 'grant' | 'record_key';
  table: string;
  id: string;
  columns: readonly string[];
  boundTo: (id: string) => string;
};

const SEALED: readonly Sealed[] = [
  {
    what: 'grant',
    table: 'grants',
    id: 'connection_id',
    columns: ['refresh_token', 'access_token'],
    boundTo: grantBinding,
  },
  {
    what: 'record_key',
    table: 'record_keys',
    id: 'subject',
    columns: ['sealed_key'],
    boundTo: recordBinding,
  },
];
const BATCH = 500;

/**
 * @param signal ends it between two batches
 * @throws an error of pg when the database does not answer
 */
export async function resealRows({
  db,
  keyring,
  signal,
}: {
  db: Database;
  keyring: Keyring;
  signal?: AbortSignal;
}): Promise<Resealed> {
  let rows = 0;
  const unreadable = new Map<string, Unreadable>();
  for (const sealed of SEALED) {
    for (let after = ''; ; ) {
      const batch = await inTransaction(db, (tx) => resealBatch({ tx, keyring, sealed, after }));
      rows += batch.rows;
      for (const one of batch.unreadable) {
        const name = `${one.what} ${one.key} ${one.reason}`;
        unreadable.set(name, { ...one, rows: one.rows + (unreadable.get(name)?.rows ?? 0) });
      }
      if (batch.last === undefined || signal?.aborted) break;
      after = batch.last;
    }
  }
  return { rows, unreadable: [...unreadable.values()] };
}

type Row = { id: string; values: (string | null)[] };

async function resealBatch({
  tx,
  keyring,
  sealed,
  after,
}: {
  tx: Transaction;
  keyring: Keyring;
  sealed: Sealed;
  after: string;
}): Promise<Resealed & { last: string | undefined }> {
  const { what, boundTo } = sealed;
  const [table, id] = [sql.identifier(sealed.table), sql.identifier(sealed.id)];
  const columns = sealed.columns.map((column) => sql.identifier(column));
  const isOld = columns.map(
    (column) => sql`regexp_replace(${column}, '\\.[^.]*$', '') <> ${keyring.currentKeyId}`,
  );
  const found = await tx.execute<Row>(sql`
    select ${id} as id, array[${sql.join(columns, sql`, `)}] as values from ${table}
    where ${id} > ${after} and (${sql.join(isOld, sql` or `)})
    order by ${id} limit ${BATCH} for update`);
  const done: string[] = [];
  const again: (string | null)[][] = columns.map(() => []);
  const unreadable: Unreadable[] = [];
  for (const row of found.rows) {
    const opened = row.values.map((value) =>
      value === null ? null : openText({ keyring, sealed: value, boundTo: boundTo(row.id) }),
    );
    const failed = opened.flatMap((one) => (one !== null && 'reason' in one ? [one] : []));
    unreadable.push(...failed.map((one) => ({ what, rows: 1, ...one })));
    if (failed.length > 0) continue;
    done.push(row.id);
    for (const [i, one] of opened.entries()) {
      const plain = one !== null && 'plain' in one ? one.plain : null;
      again[i]?.push(plain === null ? null : keyring.sealText({ plain, boundTo: boundTo(row.id) }));
    }
  }
  const values = [done, ...again].map((list) => sql`${sql.param(list)}::text[]`);
  const changes = columns.map((column, i) => sql`${column} = v.${sql.identifier(`c${i}`)}`);
  const names = columns.map((_, i) => sql.identifier(`c${i}`));
  await tx.execute(sql`
    update ${table} t set ${sql.join(changes, sql`, `)}
    from unnest(${sql.join(values, sql`, `)}) as v(id, ${sql.join(names, sql`, `)})
    where t.${id} = v.id`);
  // The schedule of a connection holds an input that was encrypted with the older key as well.
  if (what === 'grant')
    await tellTemporal({ tx, kind: 'schedule', subjects: done.map((one) => ({ id: one })) });
  const last = found.rows.length === BATCH ? found.rows.at(-1)?.id : undefined;
  return { rows: done.length, unreadable, last };
}

function openText({
  keyring,
  sealed,
  boundTo,
}: {
  keyring: Keyring;
  sealed: string;
  boundTo: string;
}): { plain: string } | Pick<Unreadable, 'key' | 'reason'> {
  try {
    return { plain: keyring.openText({ sealed, boundTo }) };
  } catch (error) {
    return { key: keyIdOf(sealed), reason: error instanceof UnknownKeyError ? 'missing' : 'another key' };
  }
}
