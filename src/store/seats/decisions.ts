/** What operators decided about seats. The plan follows from the last decision, as long as it stands. */
import { and, desc, inArray, sql } from 'drizzle-orm';
import { decisions } from '../../../drizzle/schema.ts';
import type { StandingDecision } from '../../domain/plan.ts';
import type { Transaction } from '../database.ts';

/** The last one of each seat that says what it is to be, whether or not a fact has ended it since. */
export async function standingDecisions({
  tx,
  seatIds,
}: {
  tx: Transaction;
  seatIds: readonly string[];
}): Promise<Map<string, StandingDecision>> {
  if (seatIds.length === 0) return new Map();
  const rows = await tx
    .selectDistinctOn([decisions.seatId])
    .from(decisions)
    .where(
      and(
        sql`${decisions.seatId} = any(${sql.param(seatIds)}::text[])`,
        inArray(decisions.kind, ['recover', 'adopt']),
      ),
    )
    .orderBy(decisions.seatId, desc(decisions.id));
  return new Map(
    rows.map(({ seatId, id, kind, desired, at }) => {
      const standing = kind === 'adopt' ? 'adopt' : 'recover';
      return [seatId, { id, kind: standing, desired: desired ?? 'member', atMs: at.getTime() }];
    }),
  );
}

export async function insertDecision({
  tx,
  decision,
}: {
  tx: Transaction;
  decision: Omit<typeof decisions.$inferInsert, 'id'>;
}): Promise<number> {
  const [row] = await tx.insert(decisions).values(decision).returning({ id: decisions.id });
  return (row as { id: number }).id;
}
