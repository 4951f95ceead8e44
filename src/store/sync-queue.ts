/** Syncs that were asked for and wait for a worker. */
import { and, eq, isNull } from 'drizzle-orm';
import { syncs } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';
import { newId } from './ids.ts';

/** @returns the run that is queued or under way; a new one if there was none */
export async function queueSync({
  tx,
  connectionId,
  now,
}: {
  tx: Transaction;
  connectionId: string;
  now: Date;
}): Promise<{ id: string; isNew: boolean }> {
  const id = newId('sync');
  const inserted = await tx
    .insert(syncs)
    .values({ id, connectionId, status: 'queued', startedAt: now, progressAt: now })
    .onConflictDoNothing()
    .returning({ id: syncs.id });
  if (inserted.length > 0) return { id, isNew: true };
  const [open] = await tx
    .select({ id: syncs.id })
    .from(syncs)
    .where(and(eq(syncs.connectionId, connectionId), isNull(syncs.finishedAt)));
  // It ended between the two statements: then the next one is new.
  return open === undefined ? queueSync({ tx, connectionId, now }) : { id: open.id, isNew: false };
}
