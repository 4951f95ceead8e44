/** The keys under which the record keeps personal values, made when a subject is first named. */
import { inArray } from 'drizzle-orm';
import { recordKeys } from '../../../drizzle/schema.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { newSubjectKey } from '../../crypto/personal-values.ts';
import type { Transaction } from '../database.ts';

export type RecordKeyring = Pick<Keyring, 'openText' | 'sealText'>;

/** @returns the sealed key of every subject. Two who name somebody first at once end up with the same one. */
export async function subjectKeys({
  tx,
  keyring,
  subjects,
}: {
  tx: Transaction;
  keyring: RecordKeyring;
  subjects: readonly string[];
}): Promise<Map<string, string>> {
  const wanted = [...new Set(subjects)].sort();
  const known = await storedKeys({ tx, subjects: wanted });
  const missing = wanted.filter((subject) => !known.has(subject));
  if (missing.length === 0) return known;
  await tx
    .insert(recordKeys)
    .values(missing.map((subject) => ({ subject, sealedKey: newSubjectKey({ keyring, subject }) })))
    .onConflictDoNothing();
  return new Map([...known, ...(await storedKeys({ tx, subjects: missing }))]);
}

async function storedKeys({
  tx,
  subjects,
}: {
  tx: Transaction;
  subjects: string[];
}): Promise<Map<string, string>> {
  const rows = await tx.select().from(recordKeys).where(inArray(recordKeys.subject, subjects));
  return new Map(rows.map(({ subject, sealedKey }) => [subject, sealedKey]));
}
