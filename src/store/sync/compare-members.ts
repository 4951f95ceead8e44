/** A complete listing against what was known, in one transaction and in PostgreSQL alone. */
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { applyStaged } from './apply-staged.ts';
import { dropEndedHolds } from './holds.ts';
import { countMissing } from './missing-members.ts';
import { enterPhase, noteProgress, runningSync } from './running-sync.ts';

export type Comparison = {
  members: number;
  pages: number;
  joined: number;
  changed: number;
  missing: number;
  seatsWoken: number;
};

/** Safe to run again: the second time it says what the first time found. @throws SyncNotRunning */
export async function compareMembers({
  db,
  syncId,
  emailHoldMs,
}: {
  db: Database;
  syncId: string;
  emailHoldMs: number;
}): Promise<Comparison> {
  // Staging was filled a moment ago: without fresh statistics the joins below could be planned for a small table.
  await db.execute(sql`analyze staged_members`);
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    const { members = 0, pages = 0, joined, changed = 0, missing = 0, seatsWoken = 0 } = run.notes;
    if (joined !== undefined) return { members, pages, joined, changed, missing, seatsWoken };
    if (run.phase === 'members') throw new Error('the listing has not ended, so it decides nothing');
    await enterPhase({ tx, syncId, phase: 'compare', total: members });
    const applied = await applyStaged({ tx, run, emailHoldMs });
    await dropEndedHolds({ tx, run });
    const found = { ...applied, missing: await countMissing({ tx, run }) };
    await noteProgress({ tx, syncId, notes: found, processed: members });
    return { members, pages, ...found };
  });
}
