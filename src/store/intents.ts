/** Intents and outcomes: what was about to be asked of Dropbox, and what came of it. */
import { eq } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import type { Queryable, Transaction } from './database.ts';

export type IntentAction = (typeof intents.$inferSelect)['action'];
type Outcome = NonNullable<(typeof intents.$inferSelect)['outcome']>;

/** Committed before the call is sent. A seat has at most one open intent. */
export async function beginIntent({
  tx,
  ...intent
}: { tx: Transaction } & typeof intents.$inferInsert): Promise<number> {
  const [row] = await tx.insert(intents).values(intent).returning({ id: intents.id });
  return (row as { id: number }).id;
}

/** Dropbox took the call as a job; whoever comes next polls it. */
export async function keepJob({
  db,
  intentId,
  jobId,
}: {
  db: Queryable;
  intentId: number;
  jobId: string;
}): Promise<void> {
  await db.update(intents).set({ asyncJobId: jobId }).where(eq(intents.id, intentId));
}

export async function endIntent({
  tx,
  intentId,
  outcome,
  refusal,
}: {
  tx: Queryable;
  intentId: number;
  outcome: Outcome;
  refusal?: string;
}): Promise<void> {
  await tx
    .update(intents)
    .set({ outcome, refusal: refusal ?? null, endedAt: new Date() })
    .where(eq(intents.id, intentId));
}
