import assert from 'node:assert/strict';
import { facts, intents, plans } from '../../drizzle/schema.ts';
import { readTimeline } from '../../src/read-model/timeline.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { AT, addConnection, addPerson, addSeat, later } from './records.ts';

describe('the timeline of a person', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
    const { db } = database;
    const connectionId = await addConnection({ db });
    for (const externalId of ['E1', 'E2']) await addPerson({ db, externalId });
    const seatId = await addSeat({ db, connectionId, personId: 'E1' });
    const fact = { source: 'events', body: { email: 'ada@corp.example' }, bodyHash: 'x', actor: 'key_hr' };
    const [joiner] = await db
      .insert(facts)
      .values([
        {
          ...fact,
          eventId: 'evt-1',
          type: 'joiner',
          personId: 'E1',
          occurredAt: AT,
          effectiveAt: AT,
          receivedAt: AT,
        },
        {
          ...fact,
          eventId: 'evt-2',
          type: 'leaver',
          personId: 'E1',
          occurredAt: later(5),
          effectiveDate: '2026-12-31',
          receivedAt: later(5),
        },
        {
          ...fact,
          eventId: 'evt-3',
          type: 'joiner',
          personId: 'E2',
          occurredAt: AT,
          effectiveAt: AT,
          receivedAt: AT,
        },
      ])
      .returning();
    const cause = { fact: joiner?.id ?? 0, type: 'joiner' as const };
    const steps = [{ at: AT.toISOString(), desired: 'member' as const, profileRevision: 1, cause }];
    await db.insert(plans).values({ seatId, version: 1, plan: { version: 1, steps }, createdAt: AT });
    const intent = {
      seatId,
      planVersion: 1,
      settingsVersion: 2,
      choices: { silent: true },
      startedAt: later(1),
    };
    await db.insert(intents).values([
      { ...intent, action: 'add', outcome: 'applied', endedAt: later(2) },
      {
        ...intent,
        action: 'remove',
        outcome: 'refused',
        refusal: 'remove_last_admin',
        startedAt: later(6),
        endedAt: later(7),
      },
      { ...intent, action: 'remove', startedAt: later(8) },
    ]);
  });
  afterEach(() => database.drop());

  const read = (limit = 100, cursor?: string) =>
    readTimeline({ db: database.db, externalId: 'E1', limit, cursor });

  it('tells facts, plans, actions and outcomes, oldest first, each with cause and actor', async () => {
    const { items, nextCursor } = await read();
    assert.equal(nextCursor, null);
    assert.deepEqual(
      items.map(({ at, kind, actor, cause }) => [at, kind, actor, cause]),
      [
        [AT.toISOString(), 'fact', 'key_hr', 'events evt-1'],
        [AT.toISOString(), 'plan', 'seatkeeper', 'joiner evt-1'],
        [later(1).toISOString(), 'action', 'seatkeeper', 'plan 1'],
        [later(2).toISOString(), 'outcome', 'seatkeeper', 'plan 1'],
        [later(5).toISOString(), 'fact', 'key_hr', 'events evt-2'],
        [later(6).toISOString(), 'action', 'seatkeeper', 'plan 1'],
        [later(7).toISOString(), 'outcome', 'seatkeeper', 'plan 1'],
        [later(8).toISOString(), 'action', 'seatkeeper', 'plan 1'],
      ],
    );
    assert.deepEqual(
      items.map(({ summary }) => summary),
      [
        'Joins.',
        'Plan 1 on corp: a member.',
        'Invites to the team (corp).',
        'Invited to the team (corp); read back from Dropbox.',
        'Leaves, in effect from 2026-12-31.',
        'Removes from the team (corp).',
        'Dropbox refused (corp): remove_last_admin.',
        'Removes from the team (corp).',
      ],
    );
    assert.deepEqual(items[2]?.details, {
      connection: 'corp',
      action: 'add',
      planVersion: 1,
      settingsVersion: 2,
      choices: { silent: true },
    });
  });

  it('pages without losing or repeating anything, also at equal times', async () => {
    const whole = (await read()).items;
    const seen = [];
    let cursor: string | undefined;
    do {
      const page = await read(1, cursor);
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen, whole);
  });
});
