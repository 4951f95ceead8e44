/** A sync while it runs: who it is about and how far it got. What it notes for itself lives in `report`. */
import { sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../database.ts';

/**
 * Numbers that a run keeps in `syncs.report` until it ends, so that every activity can be run again.
 * `failures` and `troubledSinceMs` are about the trouble at hand and go with the next success.
 */
type RunNotes = Partial<
  Record<
    | 'members'
    | 'pages'
    | 'restarts'
    | 'failures'
    | 'troubledSinceMs'
    | 'joined'
    | 'changed'
    | 'missing'
    | 'seatsWoken'
    | 'gone'
    | 'restarted'
    // Of the audit log: begun and read to the end (1), by a reading that this run began (1), and how it went.
    | 'logBegun'
    | 'logIsOwn'
    | 'logRead'
    | 'logRestarts'
    | 'events'
    | 'unknownTypes'
    | 'deviceRestarts'
    | 'sessions'
    // What Dropbox counted, and when by its clock (ms).
    | 'purchased'
    | 'provisioned'
    | 'used'
    | 'countedAtMs',
    number
  >
>;

export type RunningSync = {
  syncId: string;
  connectionId: string;
  slug: string;
  adminMemberId: string;
  settingsVersion: number;
  connectionStatus: 'connected' | 'broken' | 'paused' | 'disconnecting' | 'ended';
  /** Why the connection is broken, if it is. */
  brokenCode: string | null;
  phase: 'members' | 'activity' | 'licences' | 'compare' | 'done';
  processed: number;
  total: number | null;
  cursor: string | null;
  notes: RunNotes;
};

/** The run has ended, or was given up for dead by a newer one: whatever still works for it must stop. */
export class SyncNotRunning extends Error {
  override readonly name = 'SyncNotRunning';
  readonly code = 'sync_interrupted';

  constructor(syncId: string) {
    super(`${syncId} is not running`);
  }
}

/**
 * @param lock keeps other activities of the same run out until the transaction ends
 * @throws SyncNotRunning
 */
export async function runningSync({
  db,
  syncId,
  lock = false,
}: {
  db: Queryable;
  syncId: string;
  lock?: boolean;
}): Promise<RunningSync> {
  const found = await db.execute<RunningSync & { notes: RunNotes | null }>(sql`
    select s.id as "syncId", s.connection_id as "connectionId", c.slug, c.admin_member_id as "adminMemberId",
      c.settings_version as "settingsVersion", c.broken_cause->>'code' as "brokenCode",
      case when c.ended_at is null then c.status else 'ended' end as "connectionStatus",
      s.phase, s.processed, s.total, s.cursor, s.report as notes
    from syncs s join connections c on c.id = s.connection_id
    where s.id = ${syncId} and s.status = 'running' ${lock ? sql`for update of s` : sql``}`);
  const row = found.rows[0];
  if (row === undefined) throw new SyncNotRunning(syncId);
  return { ...row, notes: row.notes ?? {} };
}

/** Progress: adds to the notes, shows the run as alive, and ends whatever trouble there was. */
export async function noteProgress({
  tx,
  syncId,
  notes,
  processed,
}: {
  tx: Transaction;
  syncId: string;
  notes: RunNotes;
  processed?: number;
}): Promise<void> {
  await tx.execute(sql`
    update syncs set progress_at = now(), problem = null, processed = coalesce(${processed ?? null}, processed),
      report = (coalesce(report, '{}') - 'failures' - 'troubledSinceMs') || ${JSON.stringify(notes)}::jsonb
    where id = ${syncId}`);
}

/** The next phase begins. Pages of the one before are of no use any more. */
export async function enterPhase({
  tx,
  syncId,
  phase,
  total,
}: {
  tx: Transaction;
  syncId: string;
  phase: 'licences' | 'compare';
  total: number | null;
}): Promise<void> {
  await tx.execute(sql`
    update syncs set phase = ${phase}, processed = 0, total = ${total}, cursor = null where id = ${syncId}`);
}
