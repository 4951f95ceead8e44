/** What was assigned to a connection: one row for everyone, for each group and for each person. */
import { eq } from 'drizzle-orm';
import { assignments } from '../../drizzle/schema.ts';
import type { Transaction } from './database.ts';

/** The subject is the name of a group or the external id of a person; it is empty for everyone. */
export type Assignment = Pick<typeof assignments.$inferSelect, 'kind' | 'subject'>;

const ROWS_PER_STATEMENT = 1_000;

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
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
    const chunk = rows.slice(i, i + ROWS_PER_STATEMENT).map((row) => ({ ...row, connectionId, actor }));
    await tx.insert(assignments).values(chunk);
  }
}
