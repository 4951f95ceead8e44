/** What was assigned to a connection: one row for everyone, for each group and for each person. */
import { eq, sql } from 'drizzle-orm';
import { assignments } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';

/** The subject is the name of a group or the external id of a person; it is empty for everyone. */
export type Assignment = Pick<typeof assignments.$inferSelect, 'kind' | 'subject'>;

/** In no particular order. */
export async function assignmentsOf({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId: string;
}): Promise<Assignment[]> {
  return tx
    .select({ kind: assignments.kind, subject: assignments.subject })
    .from(assignments)
    .where(eq(assignments.connectionId, connectionId));
}

/**
 * Every row is written anew, also one that was there before, so all of them carry the actor of the latest PUT.
 * @param rows no two alike
 */
export async function replaceAssignments({
  tx,
  connectionId,
  rows,
  actor,
}: {
  tx: Transaction;
  connectionId: string;
  rows: readonly Assignment[];
  actor: string;
}): Promise<void> {
  await tx.delete(assignments).where(eq(assignments.connectionId, connectionId));
  if (rows.length === 0) return;
  const kinds = sql.param(rows.map(({ kind }) => kind));
  const subjects = sql.param(rows.map(({ subject }) => subject));
  await tx.execute(sql`
    insert into assignments (connection_id, kind, subject, actor)
    select ${connectionId}, t.kind, t.subject, ${actor}
    from unnest(${kinds}::text[], ${subjects}::text[]) as t(kind, subject)`);
}
