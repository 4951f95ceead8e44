import { and, count, eq, isNotNull } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import type { IntentAction } from '../domain/record.ts';
import type { Queryable } from './database.ts';

/** How many jobs of this action had no effect, for these very versions; a retry has a version of its own. */
export async function failedJobs({
  tx,
  seatId,
  action,
  planVersion,
  settingsVersion,
}: {
  tx: Queryable;
  seatId: string;
  action: IntentAction;
  planVersion: number;
  settingsVersion: number;
}): Promise<number> {
  const [row] = await tx
    .select({ jobs: count() })
    .from(intents)
    .where(
      and(
        eq(intents.seatId, seatId),
        eq(intents.action, action),
        eq(intents.planVersion, planVersion),
        eq(intents.settingsVersion, settingsVersion),
        eq(intents.outcome, 'not_applied'),
        isNotNull(intents.asyncJobId),
      ),
    );
  return row?.jobs ?? 0;
}
