/** What an operator decides about one seat. */
import type { Plan } from '../domain/plan.ts';
import type { Database } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
import { appendSeatEntries } from '../store/record/seat-entries.ts';
import { giveNextPlan, lockSeatOfPerson } from '../store/seats/next-plan.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';

/**
 * Tries again what ended in attention: the same plan under a new version, since a judgement holds for one version only.
 * @throws CommandRefusal `not_found`; `state_conflict` when the seat does not ask for attention
 */
export async function retrySeat({
  db,
  connectionId,
  personId,
  actor,
}: {
  db: Database;
  connectionId: string;
  personId: string;
  actor: string;
}): Promise<{ planVersion: number }> {
  return inTransaction(db, async (tx) => {
    const seat = await lockSeatOfPerson({ tx, connectionId, personId });
    if (seat === undefined) {
      throw new CommandRefusal({
        code: 'not_found',
        detail: 'The person has no seat on this connection.',
        nextStep: 'GET /v1/people/{externalId} shows the seats of a person.',
      });
    }
    if (seat.attention === null) {
      throw new CommandRefusal({
        code: 'state_conflict',
        detail: 'The seat does not ask for attention, so there is nothing to try again.',
        nextStep: 'GET /v1/people/{externalId} shows what the seat waits for.',
      });
    }
    const plan: Plan = { ...seat.plan, version: seat.planVersion + 1 };
    const happenings = [{ kind: 'decision' as const, data: { decision: 'retry' as const } }];
    await appendSeatEntries({ tx, seatId: seat.id, actor, happenings });
    await giveNextPlan({ tx, seatId: seat.id, plan });
    await tellTemporal({ tx, kind: 'seat', subjects: [{ id: seat.id }] });
    return { planVersion: plan.version };
  });
}
