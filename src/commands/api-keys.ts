/** API keys: 256 random bits, shown once, kept as SHA-256. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKeyRow, findApiKey, insertApiKey, revokeApiKey } from '../store/api-keys.ts';
import type { Database } from '../store/database.ts';
import { newId } from '../store/ids.ts';
import { appendEntries } from '../store/record/append-entries.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';

export type Role = ApiKeyRow['role'];
/** Who calls, for the record and for what they may do. */
export type Caller = { actor: string; role: Role };

/** Enough to tell keys apart, far too little to guess one. */
const PREFIX_LENGTH = 10;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Of the digests, so that neither contents nor length show in the time it takes. */
const sameText = ({ a, b }: { a: string; b: string }): boolean => timingSafeEqual(sha256(a), sha256(b));

export async function createApiKey({
  db,
  name,
  role,
  actor,
  now,
}: {
  db: Database;
  name: string;
  role: Role;
  actor: string;
  now: Date;
}) {
  const key = `sk_${randomBytes(32).toString('base64url')}`;
  const row = {
    id: newId('key'),
    name,
    role,
    prefix: key.slice(0, PREFIX_LENGTH),
    createdBy: actor,
    createdAt: now,
  };
  await inTransaction(db, async (tx) => {
    await insertApiKey({ db: tx, key: { ...row, secretHash: sha256(key).toString('hex') } });
    const data = { event: 'created' as const, key: row.id, role };
    await appendEntries({ tx, entries: [{ kind: 'api_key', actor, data }] });
  });
  return { ...row, key };
}

/** @throws {CommandRefusal} `not_found` */
export async function deleteApiKey({
  db,
  id,
  actor,
  now,
}: {
  db: Database;
  id: string;
  actor: string;
  now: Date;
}): Promise<void> {
  const isRevoked = await inTransaction(db, async (tx) => {
    if (!(await revokeApiKey({ db: tx, id, now }))) return false;
    const data = { event: 'revoked' as const, key: id };
    await appendEntries({ tx, entries: [{ kind: 'api_key', actor, data }] });
    return true;
  });
  if (isRevoked) return;
  throw new CommandRefusal({
    code: 'not_found',
    detail: 'There is no such key.',
    nextStep: 'GET /v1/api-keys lists the keys that work.',
  });
}

/**
 * @param adminKey the key of the environment, which needs no database
 * @returns null for a key that does not exist or was deleted
 */
export async function callerOf({
  db,
  key,
  adminKey,
}: {
  db: Database;
  key: string;
  adminKey: string | undefined;
}): Promise<Caller | null> {
  if (adminKey !== undefined && sameText({ a: key, b: adminKey })) {
    return { actor: 'admin-key', role: 'admin' };
  }
  const secretHash = sha256(key).toString('hex');
  const row = await findApiKey({ db, secretHash });
  if (row === undefined || !sameText({ a: row.secretHash, b: secretHash })) return null;
  return { actor: row.id, role: row.role };
}
