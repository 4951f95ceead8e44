/** A grant that dies: found by a probe, left in peace, brought back, leavers first. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { asc, eq, sql } from 'drizzle-orm';
import { connections, recordEntries } from '../../drizzle/schema.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { CONNECTION_CHECKS } from '../../workflows/messages.ts';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

describe('the check of a connection', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.stop());

  const connection = async () => {
    const [row] = await rig.db.select().from(connections).where(eq(connections.id, rig.connectionId));
    assert.ok(row !== undefined);
    return row;
  };
  const longAgo = (minutes: number) =>
    rig.db
      .update(connections)
      .set({ checkedAt: sql`now() - ${minutes} * interval '1 minute'` })
      .where(eq(connections.id, rig.connectionId));
  /** One run, on this rig's worker: another database knows of no connection of ours. */
  const check = async (): Promise<void> => {
    for (let i = 0; i < 40; i += 1) {
      const before = (await connection()).checkedAt;
      await rig.client.workflow.execute(CONNECTION_CHECKS, {
        taskQueue: 'seatkeeper',
        workflowId: `checks-${randomBytes(4).toString('hex')}`,
        args: [],
      });
      if ((await connection()).checkedAt > before) return;
    }
    throw new Error('no run checked the connection');
  };
  const events = async (): Promise<string[]> => {
    const rows = await rig.db
      .select({ leaf: recordEntries.leaf })
      .from(recordEntries)
      .where(eq(recordEntries.kind, 'connection'))
      .orderBy(asc(recordEntries.id));
    return rows.map(({ leaf }) => JSON.parse(leaf.toString()).data.event);
  };
  const waits = (seat: Seat) => seat.waiting?.kind === 'connection';

  it('changes nothing where the grant works', async () => {
    await longAgo(60);
    const before = rig.simulator.ledger.position;
    const effectsBefore = rig.simulator.ledger.effects().length;
    await check();
    assert.equal((await connection()).status, 'connected');
    assert.equal(rig.simulator.ledger.effects().length, effectsBefore);
    assert.ok(rig.simulator.ledger.calls({ since: before }).length >= 3);
  });

  it('finds a dead grant that nothing used; then nobody calls but the check, every quarter of an hour', async () => {
    rig.simulator.access.removeApp();
    await longAgo(60);
    await check();
    const broken = await connection();
    assert.deepEqual([broken.status, broken.brokenCause?.code], ['broken', 'grant_revoked']);
    await rig.send(joiner('C1'));
    const before = rig.simulator.ledger.position;
    await rig.until('C1', waits);
    assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
    const { checkedAt } = await connection();
    await longAgo(15);
    await check();
    assert.equal((await connection()).status, 'broken');
    assert.ok((await connection()).checkedAt >= checkedAt);
    assert.deepEqual(await events(), ['connected', 'broken']);
  });

  it('finds a scope that is gone although no seat asked for it, and names it', async () => {
    rig.simulator.access.dropScope({ scope: 'members.delete' });
    await longAgo(60);
    await check();
    const { status, brokenCause } = await connection();
    assert.deepEqual([status, brokenCause?.code], ['broken', 'scope_missing']);
    assert.match(brokenCause?.detail ?? '', /members\.delete/);
    rig.simulator.access.removeApp();
    await longAgo(15);
    await check();
    assert.equal((await connection()).brokenCause?.code, 'grant_revoked', 'the cause of today');
    assert.deepEqual(await events(), ['connected', 'broken']);
  });

  it('brings a connection back whose app works again, leavers first', async () => {
    await rig.send(joiner('C1'), joiner('C2'));
    for (const id of ['C1', 'C2']) await rig.until(id, (seat) => seat.state === 'invited');
    const scopes = [...rig.simulator.settings.appScopes];
    rig.simulator.changeSettings({ appScopes: scopes.filter((scope) => !scope.startsWith('members.')) });
    await rig.send(leaver('C1'), joiner('C3'));
    for (const id of ['C1', 'C3']) await rig.until(id, waits);
    assert.equal((await connection()).status, 'broken');
    rig.simulator.changeSettings({ appScopes: scopes });
    await longAgo(15);
    await check();
    assert.equal((await connection()).status, 'connected');
    await rig.until('C1', (seat) => seat.state === 'held' || seat.state === 'released');
    await rig.until('C3', (seat) => seat.state === 'invited');
    assert.deepEqual(await events(), ['connected', 'broken', 'restored']);
  });

  it('leaves a paused connection alone', async () => {
    await rig.db.update(connections).set({ status: 'paused' });
    await longAgo(120);
    const { checkedAt } = await connection();
    await rig.client.workflow.execute(CONNECTION_CHECKS, {
      taskQueue: 'seatkeeper',
      workflowId: `checks-${randomBytes(4).toString('hex')}`,
      args: [],
    });
    assert.deepEqual((await connection()).checkedAt, checkedAt);
  });
});
