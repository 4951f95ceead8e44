import { and, asc, isNull, sql } from 'drizzle-orm';
import { apiKeys } from '../../drizzle/schema.ts';
import { decodeCursor, mapPage, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import { iso } from './times.ts';

type ApiKeyRow = typeof apiKeys.$inferSelect;

export type ApiKey = Pick<ApiKeyRow, 'id' | 'name' | 'role' | 'prefix' | 'createdBy'> & { createdAt: string };

/** Keys that work, oldest first. */
export async function listApiKeys({
  db,
  cursor,
  limit,
}: PageRequest & { db: Reader }): Promise<Page<ApiKey>> {
  const after = decodeCursor({ cursor, keys: 2, times: [0] });
  const rows = await db
    .select()
    .from(apiKeys)
    .where(
      and(
        isNull(apiKeys.revokedAt),
        after === null
          ? undefined
          : sql`(${apiKeys.createdAt}, ${apiKeys.id}) > (${after[0]}::timestamptz, ${after[1]})`,
      ),
    )
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id))
    .limit(limit + 1);
  const page = pageOf({ rows, limit, keysOf: (row) => [iso(row.createdAt), row.id] });
  return mapPage({
    page,
    item: ({ id, name, role, prefix, createdBy, createdAt }) => ({
      id,
      name,
      role,
      prefix,
      createdBy,
      createdAt: iso(createdAt),
    }),
  });
}
