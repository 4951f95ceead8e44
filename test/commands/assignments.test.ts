/** Who is assigned to a connection. */
import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { recomputes, seats } from '../../drizzle/schema.ts';
import { type Assignments, putAssignments } from '../../src/commands/assignments.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { recomputeChunk } from '../../src/store/planning/recompute.ts';
import { inMs, joiner, leaver } from '../support/rig.ts';
import { type ConnectedDatabase, connectedDatabase } from './connected-database.ts';

describe('assignments', () => {
  let team: ConnectedDatabase;
  before(async () => {
    team = await connectedDatabase();
  });
  after(() => team.drop());

  const assign = ({ everyone = false, groups = [], people = [] }: Partial<Assignments>) => {
    const { db, connectionId } = team;
    const assignments = { everyone, groups, people };
    return putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
  };

  it('refuse people and groups whom nobody knows', async () => {
    const isRefused = (code: string) => (error: unknown) =>
      error instanceof CommandRefusal && error.code === code;
    await assert.rejects(assign({ people: ['NOBODY'] }), isRefused('unknown_person'));
    await assert.rejects(assign({ groups: ['Nothing'] }), isRefused('unknown_group'));
  });

  it('give no plan to whoever stays assigned by another rule', async () => {
    await team.send([joiner('R1', { person: { groups: ['Ops'] } })]);
    await assign({ groups: ['Ops'] });
    await assign({ people: ['R1'] });
    await assign({ everyone: true });
    assert.deepEqual(await team.versions('R1'), [1]);
    await assign({});
    assert.deepEqual(await team.versions('R1'), [1, 2]);
    assert.deepEqual(await team.desired('R1'), ['none']);
  });

  it('and events that commit at the same time see each other', async () => {
    await assign({});
    const ids = Array.from({ length: 20 }, (_, i) => `S${i}`);
    await Promise.all([
      ...ids.map((id) => team.send([joiner(id)])),
      assign({ everyone: true }),
      ...ids.slice(0, 10).map((id) => team.send([leaver(id, { effectiveAt: inMs(60_000) })])),
    ]);
    for (const [i, id] of ids.entries()) {
      assert.deepEqual(await team.desired(id), i < 10 ? ['member', 'none'] : ['member']);
    }
  });

  it('of more than 500 people are worked off in chunks, each seat once', async () => {
    await assign({});
    const ids = Array.from({ length: 1_200 }, (_, i) => `T${i}`);
    await team.send(ids.slice(0, 700).map((id) => joiner(id)));
    await team.send(ids.slice(700).map((id) => joiner(id)));
    await assign({ everyone: true });
    assert.equal((await team.db.select().from(recomputes)).length, 1);
    while (await recomputeChunk({ db: team.db, now: Date.now }));
    const [row] = await team.db
      .select({ count: sql<number>`count(*)::int` })
      .from(seats)
      .where(sql`person_id like 'T%' and plan_version = 1 and plan->'steps'->0->>'desired' = 'member'`);
    assert.equal(row?.count, 1_200);
    assert.deepEqual(await team.db.select().from(recomputes), []);
  });
});
