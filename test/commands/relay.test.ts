/** The outbox on its way to Temporal. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { eq, inArray, like } from 'drizzle-orm';
import { outbox, seats } from '../../drizzle/schema.ts';
import { putAssignments } from '../../src/commands/assignments.ts';
import { startRelay } from '../../src/commands/relay/outbox-relay.ts';
import { freePort } from '../../src/main/ports.ts';
import { joiner, leaver } from '../support/rig.ts';
import { testTemporal } from '../support/temporal.ts';
import { type ConnectedDatabase, connectedDatabase } from './connected-database.ts';

describe('the outbox relay', () => {
  let team: ConnectedDatabase;
  before(async () => {
    team = await connectedDatabase();
    const assignments = { everyone: true, groups: [], people: [] };
    const { db, connectionId } = team;
    await putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
  });
  after(() => team.drop());

  const waiting = () => team.db.select().from(outbox);
  const relay = (client: Client, onTrouble: () => void = () => {}) =>
    startRelay({ db: team.db, client, endConnection: async () => {}, onTrouble });

  it('keeps what it cannot send while Temporal is away, and sends it when Temporal is there', async () => {
    await team.send([joiner('Q1'), joiner('Q2')]);
    const away = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
    let troubles = 0;
    const trying = relay(new Client({ connection: away }), () => {
      troubles += 1;
    });
    while (troubles < 2) await sleep(50);
    await team.send([joiner('Q3')]);
    await trying.stop();
    await away.close();
    const kept = await waiting();
    assert.equal(kept.length, 3);
    assert.ok(kept.filter(({ attempts }) => attempts > 0).length >= 2);

    const connection = await Connection.connect({ address: (await testTemporal()).address });
    const client = new Client({ connection });
    // Two side by side, as two workers have them.
    const relays = [relay(client), relay(client)];
    try {
      const deadline = Date.now() + 30_000;
      while ((await waiting()).length > 0 && Date.now() < deadline) await sleep(50);
      assert.deepEqual(await waiting(), []);
      for (const id of ['Q1', 'Q2', 'Q3']) {
        const [seat] = await team.db.select().from(seats).where(eq(seats.personId, id));
        const handle = client.workflow.getHandle(seat?.workflowId ?? '');
        assert.equal((await handle.describe()).status.name, 'RUNNING');
        await handle.terminate();
      }
    } finally {
      await Promise.all(relays.map((each) => each.stop()));
      await connection.close();
    }
  });

  it('has one row for a seat, however often it changed, and removals first', async () => {
    await team.send([joiner('Q10')]);
    await team.send([joiner('Q11')]);
    await team.send([leaver('Q11')]);
    const rows = await waiting();
    const [leaving] = await team.db.select().from(seats).where(eq(seats.personId, 'Q11'));
    assert.equal(rows.length, 2);
    const [first] = rows.sort((a, b) => a.priority - b.priority);
    assert.equal(first?.subjectId, leaving?.id);
    assert.ok((first?.revision ?? 0) > 1);
  });

  it('tells of many seats as they are worked off, and of a single one at once', async () => {
    const many = Array.from({ length: 50 }, (_, i) => `Q${100 + i}`);
    await team.db.delete(outbox);
    await team.send(many.map((id) => joiner(id)));
    const connection = await Connection.connect({ address: (await testTemporal()).address });
    const client = new Client({ connection });
    const sending = relay(client);
    const until = async (is: (left: string[]) => boolean): Promise<string[]> => {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const left = (await waiting()).map(({ subjectId }) => subjectId);
        if (is(left) || Date.now() > deadline) return left;
        await sleep(50);
      }
    };
    const seatsOf = () => team.db.select().from(seats).where(like(seats.personId, 'Q1__'));
    try {
      assert.equal((await until((left) => left.length <= 45)).length, 45);
      await team.send([joiner('Q200')]);
      const [alone] = await team.db.select().from(seats).where(eq(seats.personId, 'Q200'));
      const left = await until((ids) => !ids.includes(alone?.id ?? ''));
      assert.equal(left.length, 45, 'nobody has judged the first five, so no other is told');
      const told = await client.workflow.getHandle(alone?.workflowId ?? '').describe();
      assert.equal(told.status.name, 'RUNNING');

      const open = new Set(left);
      const first = (await seatsOf()).filter(({ id }) => !open.has(id)).map(({ id }) => id);
      await team.db.update(seats).set({ judgedPlan: 1, judgedSettings: 1 }).where(inArray(seats.id, first));
      const next = (await until((ids) => ids.length < 45)).length;
      assert.ok(next >= 35, `${next} are still to be told`);
      await team.db.update(seats).set({ judgedPlan: 1, judgedSettings: 1 });
      assert.deepEqual(await until((ids) => ids.length === 0), []);
    } finally {
      await sending.stop();
      for (const { workflowId } of await team.db.select().from(seats)) {
        await client.workflow
          .getHandle(workflowId)
          .terminate()
          .catch(() => {});
      }
      await connection.close();
    }
  });
});
