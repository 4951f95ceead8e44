/** Intents and outcomes: what was about to be asked of Dropbox, and what came of it. */
import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import type { IntentAction, IntentOutcome } from '../domain/record.ts';
import type { Queryable, Transaction } from './database.ts';
import { appendSeatEntries } from './record/seat-entries.ts';

export type { IntentAction } from '../domain/record.ts';

type Intent = typeof intents.$inferSelect;

/** Committed before the call is sent. A seat has at most one open intent. */
export async function beginIntent({
  tx,
  ...intent
}: { tx: Transaction } & typeof intents.$inferInsert): Promise<number> {
  const [row] = await tx.insert(intents).values(intent).returning();
  const { id, seatId, action, choices, profileRevision, planVersion, settingsVersion } = row as Intent;
  await appendSeatEntries({
    tx,
    seatId,
    judgedBy: { plan: planVersion, settings: settingsVersion },
    happenings: [{ kind: 'action', data: { intent: id, action, choices, profileRevision } }],
  });
  return id;
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

/** Whoever comes second finds it ended, and changes nothing. */
export async function endIntent({
  tx,
  intentId,
  outcome,
  refusal,
}: {
  tx: Transaction;
  intentId: number;
  outcome: IntentOutcome;
  refusal?: string;
}): Promise<void> {
  const [ended] = await tx
    .update(intents)
    .set({ outcome, refusal: refusal ?? null, endedAt: new Date() })
    .where(and(eq(intents.id, intentId), isNull(intents.endedAt)))
    .returning();
  if (ended === undefined) return;
  const { seatId, action, planVersion, settingsVersion } = ended;
  const said = refusal === undefined ? {} : { refusal };
  await appendSeatEntries({
    tx,
    seatId,
    judgedBy: { plan: planVersion, settings: settingsVersion },
    happenings: [{ kind: 'outcome', data: { intent: intentId, action, outcome, ...said } }],
  });
}

/** The last of these actions that took effect on the seat; null when none did. */
export async function lastApplied({
  tx,
  seatId,
  actions,
}: {
  tx: Transaction;
  seatId: string;
  actions: readonly IntentAction[];
}): Promise<{ action: IntentAction; endedAt: Date; profileRevision: number | null } | null> {
  const [row] = await tx
    .select({
      action: intents.action,
      endedAt: intents.endedAt,
      profileRevision: intents.profileRevision,
    })
    .from(intents)
    .where(
      and(eq(intents.seatId, seatId), eq(intents.outcome, 'applied'), inArray(intents.action, [...actions])),
    )
    .orderBy(desc(intents.id))
    .limit(1);
  return row === undefined || row.endedAt === null ? null : { ...row, endedAt: row.endedAt };
}
