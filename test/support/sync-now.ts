import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { syncs } from '../../drizzle/schema.ts';
import { requestSync } from '../../src/commands/syncs.ts';
import type { Rig } from './rig.ts';

/** A sync of the rig's connection, run by its worker to the end, however that is. */
export async function syncNow({ db, connectionId }: Rig): Promise<typeof syncs.$inferSelect> {
  const { syncId } = await requestSync({ db, connectionId, now: new Date() });
  const deadline = Date.now() + 45_000;
  for (;;) {
    const [row] = await db.select().from(syncs).where(eq(syncs.id, syncId));
    if (row?.finishedAt) return row;
    if (Date.now() > deadline) throw new Error(`the sync did not end: ${JSON.stringify(row)}`);
    await sleep(50);
  }
}
