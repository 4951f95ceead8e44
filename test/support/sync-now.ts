/** A sync that somebody asked for, run by Temporal to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { desc, eq } from 'drizzle-orm';
import { syncs } from '../../drizzle/schema.ts';
import { requestSync } from '../../src/commands/syncs.ts';
import type { Rig } from './rig.ts';

type SyncRow = typeof syncs.$inferSelect;

export async function syncNow(rig: Pick<Rig, 'db' | 'connectionId'>): Promise<SyncRow> {
  const { db, connectionId } = rig;
  const { syncId } = await requestSync({ db, connectionId, now: new Date() });
  for (let i = 0; i < 300; i += 1) {
    const [row] = await db.select().from(syncs).where(eq(syncs.id, syncId));
    if (row?.finishedAt) return row;
    await sleep(50);
  }
  const rows = await db.select().from(syncs).orderBy(desc(syncs.startedAt));
  throw new Error(`the sync did not end: ${JSON.stringify(rows)}`);
}
