/** One page of the sessions of devices: signs of life and the cursor behind it, committed together. */
import { sql } from 'drizzle-orm';
import type { SignOfLife } from '../../domain/activity.ts';
import type { Database } from '../database.ts';
import { enterPhase, noteProgress, runningSync } from '../sync/running-sync.ts';
import { inTransaction } from '../transaction.ts';
import { activityLog, updateLog } from './activity-log.ts';
import { foldSigns } from './fold-signs.ts';

/** Does nothing when the run stands elsewhere by now. @param next null when it was the last. @throws SyncNotRunning */
export function commitDevicePage({
  db,
  syncId,
  askedWith,
  next,
  fetchedAt,
  signs,
}: {
  db: Database;
  syncId: string;
  askedWith: string | null;
  next: string | null;
  fetchedAt: Date;
  signs: readonly SignOfLife[];
}): Promise<void> {
  return inTransaction(db, async (tx) => {
    const { connectionId, phase, cursor, notes } = await runningSync({ db: tx, syncId, lock: true });
    if (phase !== 'activity' || cursor !== askedWith) return;
    await foldSigns({ tx, connectionId, signs });
    await noteProgress({ tx, syncId, notes: { sessions: (notes.sessions ?? 0) + signs.length } });
    if (next !== null) {
      await tx.execute(sql`update syncs set cursor = ${next} where id = ${syncId}`);
      return;
    }
    await activityLog({ db: tx, connectionId });
    await updateLog({ tx, connectionId, changes: { devicesReadAt: fetchedAt } });
    await enterPhase({ tx, syncId, phase: 'licences', total: 1 });
  });
}

/** Dropbox dropped the cursor. @returns how often this run began again */
export function startDevicesOver({ db, syncId }: { db: Database; syncId: string }): Promise<number> {
  return inTransaction(db, async (tx) => {
    const { notes } = await runningSync({ db: tx, syncId, lock: true });
    const deviceRestarts = (notes.deviceRestarts ?? 0) + 1;
    await noteProgress({ tx, syncId, notes: { deviceRestarts, sessions: 0 } });
    await tx.execute(sql`update syncs set cursor = null where id = ${syncId} and phase = 'activity'`);
    return deviceRestarts;
  });
}

/** Without the sessions: what was read of them stays. */
export function skipDevices({ db, syncId }: { db: Database; syncId: string }): Promise<void> {
  return inTransaction(db, async (tx) => {
    const { phase } = await runningSync({ db: tx, syncId, lock: true });
    if (phase !== 'activity') return;
    await noteProgress({ tx, syncId, notes: {} });
    await enterPhase({ tx, syncId, phase: 'licences', total: 1 });
  });
}
