/** How far a team's audit log has been read, and what decides where to read on. */
import { eq, sql } from 'drizzle-orm';
import { activityLogs, connectionSettings, connections } from '../../../drizzle/schema.ts';
import type { Queryable, Transaction } from '../database.ts';

type LogRow = typeof activityLogs.$inferSelect;

export type ActivityLog = Pick<
  LogRow,
  'reading' | 'cursor' | 'coveredFrom' | 'coveredThrough' | 'hasFileEvents' | 'unknownTypes'
> & {
  dormantAfterMs: number;
  /** What was granted. */
  scopes: readonly string[];
};

/** @param lock keeps others from reading on until the transaction ends */
export async function activityLog({
  db,
  connectionId,
  lock = false,
}: {
  db: Queryable;
  connectionId: string;
  lock?: boolean;
}): Promise<ActivityLog> {
  await db.insert(activityLogs).values({ connectionId }).onConflictDoNothing();
  const found = db
    .select({
      reading: activityLogs.reading,
      cursor: activityLogs.cursor,
      coveredFrom: activityLogs.coveredFrom,
      coveredThrough: activityLogs.coveredThrough,
      hasFileEvents: activityLogs.hasFileEvents,
      unknownTypes: activityLogs.unknownTypes,
      scopes: connections.scopes,
      dormantAfterMs: sql<number>`(extract(epoch from
        (${connectionSettings.settings}->>'dormantAfter')::interval) * 1000)::float8`,
    })
    .from(activityLogs)
    .innerJoin(connections, eq(connections.id, activityLogs.connectionId))
    .innerJoin(
      connectionSettings,
      sql`${connectionSettings.connectionId} = ${connections.id}
        and ${connectionSettings.version} = ${connections.settingsVersion}`,
    )
    .where(eq(activityLogs.connectionId, connectionId));
  const [row] = await (lock ? found.for('update', { of: activityLogs }) : found);
  if (row === undefined) throw new Error('the connection has no settings');
  return row;
}

export async function updateLog({
  tx,
  connectionId,
  changes,
}: {
  tx: Transaction;
  connectionId: string;
  changes: Partial<typeof activityLogs.$inferInsert>;
}): Promise<void> {
  await tx.update(activityLogs).set(changes).where(eq(activityLogs.connectionId, connectionId));
}
