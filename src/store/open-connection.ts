/** A connection as it is now, for those who only read it; `lockConnection` is for those who change it. */
import { and, eq, isNull } from 'drizzle-orm';
import { connections } from '../../drizzle/schema.ts';
import type { ConnectionRow } from './connections.ts';
import type { Queryable } from './database.ts';

/** @returns undefined when there is none, or it ended */
export async function openConnection({
  db,
  id,
}: {
  db: Queryable;
  id: string;
}): Promise<ConnectionRow | undefined> {
  const [row] = await db
    .select()
    .from(connections)
    .where(and(eq(connections.id, id), isNull(connections.endedAt)));
  return row;
}
