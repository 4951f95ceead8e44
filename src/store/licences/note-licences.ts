/** What Dropbox counts of licences, kept with the run until its members are compared. */
import type { Database } from '../database.ts';
import { enterPhase, noteProgress, runningSync } from '../sync/running-sync.ts';
import { inTransaction } from '../transaction.ts';

/** @param counted null when Dropbox could not be asked. @throws SyncNotRunning */
export function noteLicences({
  db,
  syncId,
  counted,
}: {
  db: Database;
  syncId: string;
  /** `countedAt` by Dropbox's clock. */
  counted: { purchased: number; provisioned: number; used: number; countedAt: Date } | null;
}): Promise<void> {
  return inTransaction(db, async (tx) => {
    const run = await runningSync({ db: tx, syncId, lock: true });
    if (run.phase !== 'licences') return;
    const { countedAt, ...figures } = counted ?? {};
    const when = countedAt === undefined ? {} : { countedAtMs: countedAt.getTime() };
    await noteProgress({ tx, syncId, notes: { ...figures, ...when } });
    await enterPhase({ tx, syncId, phase: 'compare', total: run.notes.members ?? null });
  });
}
