import assert from 'node:assert/strict';
import { facts } from '../../drizzle/schema.ts';
import type { Happening } from '../../src/domain/record.ts';
import { readTimeline } from '../../src/read-model/timeline.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { append, appendPersonal, entryOf, factEntry } from './recorded.ts';
import { AT } from './records.ts';

describe('the timeline of a person', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  const read = (limit = 100, cursor?: string) =>
    readTimeline({ db: database.db, externalId: 'E1', limit, cursor });
  const told = async (...happenings: Happening[]): Promise<string[]> => {
    await append({ db: database.db, entries: happenings.map(entryOf) });
    return (await read()).items.map(({ summary }) => summary);
  };
  const seat = (
    data: Partial<Extract<Happening, { kind: 'seat' }>['data']>,
  ): Extract<Happening, { kind: 'seat' }> => ({
    kind: 'seat',
    data: { from: 'active', to: 'active', ...data },
  });

  it('tells facts, plans, actions and outcomes in the order of writing, each with cause and actor', async () => {
    const { db } = database;
    const [joiner] = await db
      .insert(facts)
      .values({
        source: 'events',
        eventId: 'evt-1',
        type: 'joiner',
        personId: 'E1',
        occurredAt: AT,
        effectiveAt: AT,
        receivedAt: AT,
        body: {},
        bodyHash: 'x',
        actor: 'key_hr',
      })
      .returning();
    const cause = { fact: joiner?.id ?? 0, type: 'joiner' as const };
    const step = { at: AT.toISOString(), desired: 'member' as const, profileRevision: 1, cause };
    await append({
      db,
      entries: [
        factEntry('evt-1'),
        { ...factEntry('evt-other'), person: 'E2' },
        entryOf({ kind: 'plan', data: { steps: [step] } }),
        entryOf({
          kind: 'action',
          data: { intent: 7, action: 'add', choices: { silent: true }, profileRevision: 1 },
        }),
        entryOf({ kind: 'outcome', data: { intent: 7, action: 'add', outcome: 'applied' } }),
        entryOf({ kind: 'seat', data: { from: 'provisioning', to: 'invited' } }),
        { ...entryOf({ kind: 'decision', data: { decision: 'retry' } }), actor: 'key_ops' },
      ],
    });
    const { items, nextCursor } = await read();
    assert.equal(nextCursor, null);
    assert.deepEqual(
      items.map(({ kind, summary, actor, cause: why }) => [kind, summary, actor, why]),
      [
        ['fact', 'Joins.', 'key_hr', 'events evt-1'],
        ['plan', 'Plan 1 on corp: a member.', 'seatkeeper', 'joiner evt-1'],
        ['action', 'Invites to the team (corp).', 'seatkeeper', 'plan 1'],
        ['outcome', 'Invited to the team (corp); read back from Dropbox.', 'seatkeeper', 'plan 1'],
        ['seat', 'Seat on corp: invited, not accepted yet.', 'seatkeeper', 'plan 1'],
        ['decision', 'Asked to try again (corp).', 'key_ops', null],
      ],
    );
    assert.deepEqual(items[2]?.details, {
      connection: 'corp',
      planVersion: 1,
      settingsVersion: 2,
      intent: 7,
      action: 'add',
      choices: { silent: true },
      profileRevision: 1,
    });
  });

  it('says of facts what they are about, and from when', async () => {
    const { db } = database;
    await append({
      db,
      entries: [
        factEntry('e1', { type: 'leaver', effectiveAt: '2026-12-31' }),
        factEntry('e2', { type: 'suspension', returnAt: '2027-01-07T08:00:00.000Z' }),
        factEntry('e3', { type: 'mover', timeZone: 'Europe/Berlin', managerExternalId: 'E9' }),
        factEntry('e4', { type: 'cancellation', cancels: 'e1' }),
        factEntry('e5', { type: 'person', state: 'left' }),
        factEntry('e6', { type: 'membership', membership: { group: 'Engineering', member: false } }),
      ],
    });
    await appendPersonal({
      db,
      entry: factEntry('e7', { type: 'mover' }),
      personal: { email: 'a@b.example' },
    });
    assert.deepEqual(await told(), [
      'Leaves, in effect from 2026-12-31.',
      'Is suspended, until 2027-01-07 08:00 UTC.',
      'Moves (manager, time zone).',
      'Event e1 is cancelled.',
      'Directory entry set to left.',
      'Leaves the group Engineering.',
      'Moves (name or address).',
    ]);
  });

  it('says of a seat what changed, what it waits for and what to do', async () => {
    const summaries = await told(
      seat({ from: 'deprovisioning', to: 'held', holdUntil: '2026-11-29T09:00:00.000Z' }),
      seat({ from: 'held', to: 'released' }),
      seat({ from: 'invited', to: 'active', seenBySync: true }),
      seat({ attention: 'last_admin', tag: 'remove_last_admin' }),
      seat({ resolved: 'last_admin' }),
      seat({ waiting: 'email', until: '2026-11-29T09:00:00.000Z' }),
      seat({ skipped: 'deprovision' }),
    );
    assert.deepEqual(summaries, [
      'Seat on corp: removed, the address is held and the removal can be undone until 2026-11-29 09:00 UTC.',
      'Seat on corp: the address is free.',
      'Seat on corp: active, seen by the sync.',
      'Seat on corp: needs attention. The person is the last admin of the team, whom Dropbox does not let go. (Dropbox: remove_last_admin) Make somebody else an admin in Dropbox; then retry.',
      'Seat on corp: no longer needs attention.',
      'Seat on corp: waits, because the e-mail address is held for somebody else, until 2026-11-29 09:00 UTC.',
      'Seat on corp: would have been removed; the settings switch that off.',
    ]);
  });

  it('says what became of an action', async () => {
    const outcome = (
      data: Pick<Extract<Happening, { kind: 'outcome' }>['data'], 'outcome' | 'refusal'>,
    ): Happening => ({ kind: 'outcome', data: { intent: 1, action: 'remove', ...data } });
    assert.deepEqual(
      await told(
        outcome({ outcome: 'applied' }),
        outcome({ outcome: 'not_applied' }),
        outcome({ outcome: 'refused', refusal: 'remove_last_admin' }),
      ),
      [
        'Removed from the team (corp); read back from Dropbox.',
        'Did not take effect (corp); read back from Dropbox.',
        'Dropbox refused (corp): remove_last_admin.',
      ],
    );
  });

  it('pages without losing or repeating anything', async () => {
    await told(...Array.from({ length: 7 }, () => seat({ resolved: 'drift' })));
    const whole = (await read()).items;
    assert.equal(whole.length, 7);
    const seen = [];
    let cursor: string | undefined;
    do {
      const page = await read(2, cursor);
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen, whole);
  });
});
