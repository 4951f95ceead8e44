/**
 * Lifecycles that should be open and are not (ended by hand, lost with a namespace) and plans that nobody judged:
 * Temporal is told again. A lifecycle should be open
 *   - while there is a member or something kept for one: every state but `waiting` and `released`;
 *   - in those two, while the plan waits for a date, wants a member, or something is left to settle. It ends by itself
 *     when the settings switch off what it would do next; then it is left alone, or each sync would start it anew.
 * Whoever stands in the outbox is told anyway. Seats whose invitation is due for something are woken with them.
 */
import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { markDueInvitations } from './mark-due-invitations.ts';
import { noteProgress, type RunningSync, runningSync } from './running-sync.ts';
import { WAITS_FOR_A_DATE, WANTED_NOW } from './wanted-now.ts';
import { createWokenSeats, tellWokenSeats } from './woken-seats.ts';

const IDS_PER_STATEMENT = 1_000;
/** A plan that no workflow has judged for so long was not delivered, or its workflow is stuck. */
const UNJUDGED_AFTER_MS = 10 * 60_000;

/**
 * @param openRuns workflow ids of the open lifecycles of a connection, by its slug; read as it comes, never kept here
 * @throws SyncNotRunning
 */
export function restartSeats({
  db,
  syncId,
  openRuns,
}: {
  db: Database;
  syncId: string;
  openRuns: (slug: string) => AsyncIterable<string>;
}): Promise<number> {
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    if (run.notes.restarted !== undefined) return run.notes.restarted;
    await keepOpenRuns({ tx, workflowIds: openRuns(run.slug) });
    await pickSeats({ tx, run });
    // A listing that is not complete decides nothing about invitations either.
    if (run.notes.joined !== undefined) await markDueInvitations({ tx, run });
    const restarted = await tellWokenSeats(tx);
    await noteProgress({ tx, syncId, notes: { restarted } });
    return restarted;
  });
}

async function keepOpenRuns({
  tx,
  workflowIds,
}: {
  tx: Transaction;
  workflowIds: AsyncIterable<string>;
}): Promise<void> {
  await tx.execute(sql`create temp table open_runs (workflow_id text primary key) on commit drop`);
  let batch: string[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await tx.execute(
      sql`insert into open_runs select unnest(${sql.param(batch)}::text[]) on conflict do nothing`,
    );
    batch = [];
  };
  for await (const workflowId of workflowIds) {
    batch.push(workflowId);
    if (batch.length === IDS_PER_STATEMENT) await flush();
  }
  await flush();
  await tx.execute(sql`analyze open_runs`);
}

async function pickSeats({ tx, run }: { tx: Transaction; run: RunningSync }): Promise<void> {
  await createWokenSeats(tx);
  await tx.execute(sql`
    insert into woken_seats
    select s.id from seats s
    left join connection_settings g on g.connection_id = s.connection_id and g.version = ${run.settingsVersion}
    where s.connection_id = ${run.connectionId}
      and not exists (select from outbox o where o.kind = 'seat' and o.subject_id = s.id)
      and (
        (s.plan_version > s.judged_plan
          and s.updated_at < now() - ${UNJUDGED_AFTER_MS} * interval '1 millisecond')
        or (not exists (select from open_runs r where r.workflow_id = s.workflow_id) and (
          s.state not in ('waiting', 'released')
          or ${WAITS_FOR_A_DATE}
          or (${WANTED_NOW} <> 'none' and not (
            s.skipped is not null and s.judged_plan = s.plan_version
            and not coalesce((g.settings #>> array[s.skipped->>'action', 'enabled'])::boolean, false)))
          or exists (select from intents i where i.seat_id = s.id and i.ended_at is null)
          or exists (select from email_waiters w where w.seat_id = s.id)
          or exists (select from email_claims c where c.holder_seat_id = s.id))))`);
}
