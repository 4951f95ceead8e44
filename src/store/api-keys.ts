/** Keys of the API. What is stored cannot be turned back into a key. */
import { and, eq, isNull } from 'drizzle-orm';
import { apiKeys } from '../../drizzle/schema.ts';
import type { Queryable } from './database.ts';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

export async function insertApiKey({
  db,
  key,
}: {
  db: Queryable;
  key: typeof apiKeys.$inferInsert;
}): Promise<void> {
  await db.insert(apiKeys).values(key);
}

/** A key that was not revoked, by the SHA-256 of its text. */
export async function findApiKey({
  db,
  secretHash,
}: {
  db: Queryable;
  secretHash: string;
}): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.secretHash, secretHash), isNull(apiKeys.revokedAt)));
  return row;
}

/** @returns whether there was such a key */
export async function revokeApiKey({
  db,
  id,
  now,
}: {
  db: Queryable;
  id: string;
  now: Date;
}): Promise<boolean> {
  const rows = await db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}
