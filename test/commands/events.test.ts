/** HR's facts: once, in any order, from any number of senders at once. */
import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { facts, people } from '../../drizzle/schema.ts';
import { putAssignments } from '../../src/commands/assignments.ts';
import type { IncomingEvent } from '../../src/commands/events.ts';
import { fact, inMs, joiner, leaver } from '../support/rig.ts';
import { type ConnectedDatabase, connectedDatabase } from './connected-database.ts';

describe('HR events', () => {
  let team: ConnectedDatabase;
  before(async () => {
    team = await connectedDatabase();
    const assignments = { everyone: true, groups: [], people: [] };
    const { db, connectionId } = team;
    await putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
  });
  after(() => team.drop());

  it('are duplicates under the same id with the same body, and a conflict with another', async () => {
    const event = joiner('C100');
    const other = { ...event, person: { externalId: 'C100', email: 'other@corp.example' } };
    const { accepted, refused } = await team.send([event, event, other]);
    assert.deepEqual(
      accepted.map(({ duplicate }) => duplicate),
      [false, true],
    );
    assert.deepEqual(
      refused.map(({ index, code }) => [index, code]),
      [[2, 'conflict']],
    );
    const again = await team.send([event]);
    assert.deepEqual(again.accepted, [{ id: event.id, personId: 'C100', duplicate: true }]);
    assert.equal((await team.send([other])).refused[0]?.code, 'conflict');
    assert.deepEqual(await team.versions('C100'), [1]);
    assert.equal(await team.email('C100'), 'c100@corp.example');
  });

  it('of a bad kind are refused one by one', async () => {
    const { accepted, refused } = await team.send([
      joiner('C110', { occurredAt: inMs(10 * 60_000) }),
      joiner('C111', { person: { timeZone: 'Mars/Olympus' } }),
      joiner('C112'),
    ]);
    assert.deepEqual(
      refused.map(({ index, code }) => [index, code]),
      [
        [0, 'occurred_in_future'],
        [1, 'invalid'],
      ],
    );
    assert.deepEqual(
      accepted.map(({ personId }) => personId),
      ['C112'],
    );
  });

  it('leave nothing behind after a dry run', async () => {
    const { accepted } = await team.send([joiner('C120')], { dryRun: true });
    assert.equal(accepted.length, 1);
    const known = await team.db.select({ id: people.externalId }).from(people);
    assert.ok(known.every(({ id }) => id !== 'C120'));
    assert.equal(await team.plan('C120'), null);
  });

  it('can be cancelled while they lie in the future, before or after they arrive', async () => {
    const effectiveAt = inMs(60_000);
    await team.send([joiner('C130'), leaver('C130', { id: 'c130-leaves', effectiveAt })]);
    assert.deepEqual(await team.desired('C130'), ['member', 'none']);
    const cancellation: IncomingEvent = { id: 'c130-stays', type: 'cancellation', cancels: 'c130-leaves' };
    assert.deepEqual((await team.send([cancellation])).accepted, [
      { id: 'c130-stays', personId: 'C130', duplicate: false },
    ]);
    assert.deepEqual(await team.desired('C130'), ['member']);
    // Long after: the repetition is one, and not too late.
    const later = new Date(Date.now() + 120_000);
    assert.equal((await team.send([cancellation], { now: later })).accepted[0]?.duplicate, true);

    await team.send([{ id: 'c131-stays', type: 'cancellation', cancels: 'c131-leaves' }, joiner('C131')]);
    await team.send([leaver('C131', { id: 'c131-leaves' })]);
    assert.deepEqual(await team.desired('C131'), ['member']);
  });

  it('cannot be cancelled once they took effect', async () => {
    await team.send([joiner('C140', { occurredAt: inMs(-2_000) })]);
    await team.send([leaver('C140', { id: 'c140-left', occurredAt: inMs(-1_000) })]);
    const { refused } = await team.send([{ id: 'c140-no', type: 'cancellation', cancels: 'c140-left' }]);
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['already_in_effect'],
    );
    assert.deepEqual(await team.desired('C140'), ['none']);
  });

  it('decide by their dates and not by their arrival', async () => {
    const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    await team.send([leaver('C150', { effectiveAt: at(10) })]);
    await team.send([joiner('C150', { effectiveAt: at(20) })]);
    assert.deepEqual(await team.desired('C150'), []);
    await team.send([fact('reinstatement', 'C150', { effectiveAt: at(5) })]);
    assert.deepEqual(await team.desired('C150'), ['member']);
    await team.send([fact('mover', 'C150', { effectiveAt: at(15), person: { surname: 'Late' } })]);
    const [person] = await team.db.select().from(people).where(sql`external_id = 'C150'`);
    assert.equal(person?.slices[0]?.surname, 'Late');
    assert.equal(person?.slices[0]?.state, 'active');
  });

  it('from eight senders at once, about the same people, keep every plan in one line of versions', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `P${i}`);
    const events = ids.flatMap((id, i) => [
      joiner(id, { effectiveAt: inMs(-60_000), person: { groups: [`G${i % 3}`, `G${i % 2}`] } }),
      leaver(id, { effectiveAt: inMs(-50_000) }),
      fact('reinstatement', id, { effectiveAt: inMs(-40_000), person: { groups: [`G${i % 4}`] } }),
      fact('suspension', id, { effectiveAt: inMs(60_000) }),
      fact('mover', id, { person: { surname: `S${i}` } }),
    ]);
    const cancellations = events
      .filter(({ type }) => type === 'suspension')
      .map(({ id }): IncomingEvent => ({ id: `${id}-x`, type: 'cancellation', cancels: id }));
    const all = [...events, ...cancellations];
    const senders = Array.from({ length: 8 }, async () => {
      const own = shuffled(all);
      let fresh = 0;
      while (own.length > 0) {
        const { accepted, refused } = await team.send(own.splice(0, 1 + Math.floor(Math.random() * 15)));
        assert.deepEqual(refused, []);
        fresh += accepted.filter(({ duplicate }) => !duplicate).length;
      }
      return fresh;
    });
    const fresh = (await Promise.all(senders)).reduce((sum, count) => sum + count, 0);
    assert.equal(fresh, all.length);
    const stored = await team.db.select({ id: facts.id }).from(facts).where(sql`person_id like 'P%'`);
    assert.ok(stored.length >= events.length);
    for (const id of ids) {
      const versions = await team.versions(id);
      assert.deepEqual(
        versions,
        versions.map((_, i) => i + 1),
      );
      assert.deepEqual(await team.desired(id), ['member']);
      assert.equal((await team.plan(id))?.version, versions.length);
    }
  });
});

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, lot: Math.random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
}
