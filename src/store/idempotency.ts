/** Answers of requests that carried an Idempotency-Key. */
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { idempotencyKeys } from '../../drizzle/schema.ts';
import type { Queryable } from './database.ts';

export type IdempotencyId = { actor: string; route: string; key: string };
export type IdempotencyRow = typeof idempotencyKeys.$inferSelect;

const matches = ({ actor, route, key }: IdempotencyId) =>
  and(eq(idempotencyKeys.actor, actor), eq(idempotencyKeys.route, route), eq(idempotencyKeys.key, key));

/**
 * Begins a request, or returns what was begun or answered under this key before. A row without an answer that is
 * older than `abandonedBefore` belongs to a process that died: it is taken over if the body is the same.
 */
export async function beginRequest({
  db,
  id,
  bodyHash,
  now,
  abandonedBefore,
}: {
  db: Queryable;
  id: IdempotencyId;
  bodyHash: string;
  now: Date;
  abandonedBefore: Date;
}): Promise<IdempotencyRow | 'begun'> {
  const begun = await db
    .insert(idempotencyKeys)
    .values({ ...id, bodyHash, createdAt: now })
    .onConflictDoUpdate({
      target: [idempotencyKeys.actor, idempotencyKeys.route, idempotencyKeys.key],
      set: { createdAt: now },
      setWhere: sql`${idempotencyKeys.status} is null and ${idempotencyKeys.bodyHash} = ${bodyHash}
        and ${idempotencyKeys.createdAt} < ${abandonedBefore.toISOString()}::timestamptz`,
    })
    .returning({ key: idempotencyKeys.key });
  if (begun.length > 0) return 'begun';
  const [row] = await db.select().from(idempotencyKeys).where(matches(id));
  return row ?? beginRequest({ db, id, bodyHash, now, abandonedBefore });
}

export async function finishRequest({
  db,
  id,
  status,
  response,
}: {
  db: Queryable;
  id: IdempotencyId;
  status: number;
  response: string;
}): Promise<void> {
  await db.update(idempotencyKeys).set({ status, response }).where(matches(id));
}

/** It came to nothing: the next request with this key begins anew. */
export async function forgetRequest({ db, id }: { db: Queryable; id: IdempotencyId }): Promise<void> {
  await db.delete(idempotencyKeys).where(and(matches(id), isNull(idempotencyKeys.status)));
}

export async function forgetRequestsBefore({ db, before }: { db: Queryable; before: Date }): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
}
