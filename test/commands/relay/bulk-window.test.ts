/** How much bulk one relay has under way. */
import assert from 'node:assert/strict';
import { inArray } from 'drizzle-orm';
import { seats } from '../../../drizzle/schema.ts';
import { putAssignments } from '../../../src/commands/assignments.ts';
import { type BulkWindow, bulkWindow } from '../../../src/commands/relay/bulk-window.ts';
import type { BulkRow } from '../../../src/store/bulk-outbox.ts';
import { insertConnection } from '../../../src/store/connections.ts';
import { dropFromOutbox } from '../../../src/store/outbox.ts';
import { ACTING, joiner } from '../../support/rig.ts';
import { type ConnectedDatabase, connectedDatabase } from '../connected-database.ts';

const MANY = 60;
const A_WHILE_MS = 2_000;
const VERY_LONG_MS = 200_000;

describe('the window of a relay', () => {
  let team: ConnectedDatabase;
  let window: BulkWindow;
  let nowMs: number;
  beforeEach(async () => {
    team = await connectedDatabase();
    nowMs = 0;
    window = bulkWindow({ db: team.db, nowMs: () => nowMs });
  });
  afterEach(() => team.drop());

  const everyone = (connectionId: string) =>
    putAssignments({
      db: team.db,
      connectionId,
      assignments: { everyone: true, groups: [], people: [] },
      actor: 'test',
      now: new Date(),
    });
  const connect = async (n: number) => {
    await team.db.transaction((tx) =>
      insertConnection({
        tx,
        connection: {
          id: `con_${n}`,
          slug: `team-${n}`,
          name: `Team ${n}`,
          teamId: `dbtid:more-${n}`,
          teamName: `Team ${n}`,
          adminMemberId: 'dbmid:2',
          adminEmail: 'admin@other.example',
          scopes: ['members.write', 'members.delete'],
        },
        settings: ACTING,
        actor: 'test',
        refreshToken: 'sealed',
      }),
    );
    await everyone(`con_${n}`);
  };
  /** What the relay does with rows, but for Temporal. */
  const tellNow = async (): Promise<BulkRow[]> => {
    nowMs += A_WHILE_MS;
    const rows = await window.lease();
    for (const row of rows) await dropFromOutbox({ db: team.db, ...row });
    return rows;
  };
  const judge = (rows: BulkRow[]) =>
    team.db
      .update(seats)
      .set({ judgedPlan: 1, judgedSettings: 1 })
      .where(
        inArray(
          seats.id,
          rows.map(({ subjectId }) => subjectId),
        ),
      );

  it('takes a few seats of a connection, and more only as they are judged', async () => {
    await everyone(team.connectionId);
    await team.send(Array.from({ length: MANY }, (_, i) => joiner(`J${i}`)));
    const first = await tellNow();
    assert.equal(first.length, 5);
    assert.equal((await tellNow()).length, 0);
    await judge(first.slice(0, 3));
    assert.equal((await tellNow()).length, 3);
    assert.equal(window.size, 5);
  });

  it('grows while seats are judged as fast as the first were, and shrinks when they wait', async () => {
    await everyone(team.connectionId);
    await team.send(Array.from({ length: MANY }, (_, i) => joiner(`N${i}`)));
    const sizes: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await judge(await tellNow());
      sizes.push(window.size);
    }
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
    const grown = sizes.at(-1) ?? 0;
    assert.ok(grown > 5, `${grown} seats`);
    const [first, ...slow] = await tellNow();
    await tellNow();
    await tellNow();
    await judge(slow);
    const after = (await tellNow()).length + 1;
    assert.ok(first !== undefined && after < grown, `${after} seats`);
  });

  it('takes another in place of one that could not be sent', async () => {
    await everyone(team.connectionId);
    await team.send(Array.from({ length: MANY }, (_, i) => joiner(`K${i}`)));
    const [unsent] = await tellNow();
    window.giveBack(unsent as BulkRow);
    assert.equal((await tellNow()).length, 1);
  });

  it('does not wait for ever for seats that hang', async () => {
    await everyone(team.connectionId);
    await team.send(Array.from({ length: MANY }, (_, i) => joiner(`L${i}`)));
    const hanging = await tellNow();
    nowMs += VERY_LONG_MS;
    const next = await tellNow();
    assert.ok(next.length >= 3);
    assert.equal(new Set([...hanging, ...next].map(({ subjectId }) => subjectId)).size, 5 + next.length);
  });

  it('keeps some places for each connection when those of others hang', async () => {
    for (const n of [1, 2, 3]) await connect(n);
    await team.send(Array.from({ length: MANY }, (_, i) => joiner(`M${i}`)));
    const told: BulkRow[] = [];
    for (let rows = await tellNow(); rows.length > 0; rows = await tellNow()) told.push(...rows);
    const of = (id: string) => told.filter(({ connectionId }) => connectionId === id).length;
    assert.ok(told.length < 30, `${told.length} at once`);
    for (const n of [1, 2, 3]) assert.ok(of(`con_${n}`) >= 3, `${of(`con_${n}`)} of team ${n}`);
    // Whoever connects while all of them hang is served as well.
    await connect(4);
    assert.ok((await tellNow()).some(({ connectionId }) => connectionId === 'con_4'));
  });
});
