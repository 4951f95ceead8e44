import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { licenceSnapshots, members } from '../../drizzle/schema.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { syncNow } from '../support/sync-now.ts';

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
