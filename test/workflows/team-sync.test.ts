import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { desc, eq } from 'drizzle-orm';
import { licenceSnapshots, members, syncs } from '../../drizzle/schema.ts';
import { requestSync } from '../../src/commands/syncs.ts';
import { type Rig, startRig } from '../support/rig.ts';

type SyncRow = typeof syncs.$inferSelect;

async function syncNow(rig: Rig): Promise<SyncRow> {
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

describe('the daily sync, run by Temporal', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ team: { teamSize: 2_500, licences: 3_000 } });
  });
  after(() => rig.stop());

  it('lists the whole team and says how it went', async () => {
    const run = await syncNow(rig);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.problem));
    assert.equal(run.processed, 2_500);
    const known = await rig.db.select().from(members).where(eq(members.connectionId, rig.connectionId));
    assert.equal(known.length, 2_500);
    const { events = 0, unknownTypes = 0, sessions = 0 } = run.report ?? {};
    assert.ok(events > unknownTypes && unknownTypes > 0 && sessions > 0, JSON.stringify(run.report));
    const [licences] = await rig.db.select().from(licenceSnapshots);
    assert.equal(licences?.purchased, 3_000);
    assert.ok(licences.dormant > 0 && licences.suspended > 0 && licences.used > 0);
  });

  it('changes nothing when a page cannot be read, and says what to do', async () => {
    rig.simulator.faults.add({ route: 'team/members/list_v2', fault: { kind: 'empty_listing' } });
    await sleep(1_100);
    const run = await syncNow(rig);
    rig.simulator.faults.clear();
    assert.equal(run.status, 'failed');
    assert.equal(run.problem?.code, 'listing_empty');
    const removed = await rig.db.select().from(members).where(eq(members.status, 'removed'));
    assert.ok(removed.length < 500);
  });
});
