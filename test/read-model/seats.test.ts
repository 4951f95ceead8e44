import assert from 'node:assert/strict';
import { emailClaims, emailWaiters } from '../../drizzle/schema.ts';
import { listEmailHolds } from '../../src/read-model/email-holds.ts';
import { findPerson } from '../../src/read-model/people.ts';
import { listSeats, type SeatFilter } from '../../src/read-model/seats.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { AT, addConnection, addPerson, addSeat, later, slice } from './records.ts';

const links = { uiUrl: 'http://ui', namespace: 'default' };

describe('a seat, as people see it', () => {
  let database: TestDatabase;
  let connectionId: string;
  beforeEach(async () => {
    database = await testDatabase();
    connectionId = await addConnection({ db: database.db });
  });
  afterEach(() => database.drop());

  const seat = async (more: Parameters<typeof addSeat>[0] extends infer S ? Partial<S> : never = {}) => {
    const { db } = database;
    await addPerson({ db, externalId: 'E1' });
    await addSeat({ db, connectionId, personId: 'E1', ...more });
    const person = await findPerson({ db, links, now: later(1), externalId: 'E1' });
    const [only] = person?.seats ?? [];
    assert.ok(only);
    return only;
  };
  const step = (minutes: number, desired: 'member' | 'suspended' | 'none') => ({
    at: later(minutes).toISOString(),
    desired,
    profileRevision: null,
    cause: null,
  });

  it('shows the hold of its address only while it is held', async () => {
    const held = await seat({ state: 'held', memberStatus: 'removed', holdUntil: later(60) });
    assert.deepEqual(held.emailHold, { until: later(60).toISOString() });
    assert.equal(held.memberStatus, 'removed');
  });

  it('brings attention with its words and the next step', async () => {
    const { attention } = await seat({
      attention: { code: 'last_admin', since: AT.toISOString(), tag: 'remove_last_admin' },
    });
    assert.equal(attention?.code, 'last_admin');
    assert.match(attention?.message ?? '', /last admin/);
    assert.match(attention?.nextStep ?? '', /admin/);
    assert.equal(attention?.refusal, 'remove_last_admin');
  });

  it('says what it would have done if the settings let it', async () => {
    const { switchedOff } = await seat({
      skipped: { action: 'provision', planVersion: 1, at: AT.toISOString() },
    });
    assert.deepEqual(switchedOff, { action: 'provision', at: AT.toISOString() });
  });

  it('waits for a date while nothing is in Dropbox and a step lies ahead', async () => {
    const { waitingFor } = await seat({
      plan: { version: 1, steps: [step(-5, 'none'), step(90, 'member')] },
    });
    assert.deepEqual(waitingFor, { kind: 'date', until: later(90).toISOString() });
  });

  it('does not wait for the date on which it is to end', async () => {
    const { waitingFor } = await seat({
      plan: { version: 1, steps: [step(-5, 'member'), step(90, 'none')] },
    });
    assert.equal(waitingFor, undefined);
  });

  it('is not shown on a connection that ended', async () => {
    const { db } = database;
    await seat();
    await db.execute(`update connections set ended_at = now()`);
    const person = await findPerson({ db, links, now: AT, externalId: 'E1' });
    assert.deepEqual(person?.seats, []);
  });

  it('knows its place in the line for an address, as does the list of holds', async () => {
    const { db } = database;
    const waiting = {
      kind: 'email' as const,
      since: AT.toISOString(),
      until: later(9).toISOString(),
      place: 7,
    };
    const ids: Record<string, string> = {};
    for (const personId of ['E0', 'E1', 'E2']) {
      await addPerson({ db, externalId: personId });
      const more = personId === 'E0' ? { state: 'held' as const } : { waiting };
      ids[personId] = await addSeat({ db, connectionId, personId, ...more });
    }
    const claim = { connectionId, state: 'held' as const, holdUntil: later(9) };
    await db.insert(emailClaims).values([
      { ...claim, emailKey: 'ada@corp.example', holderSeatId: ids.E0 },
      { ...claim, emailKey: 'bob@corp.example' },
      { ...claim, emailKey: 'owned@corp.example', state: 'owned' },
    ]);
    for (const personId of ['E2', 'E1']) {
      await db
        .insert(emailWaiters)
        .values({ connectionId, emailKey: 'ada@corp.example', seatId: ids[personId] ?? '' });
    }
    const filter: SeatFilter = { state: 'waiting' };
    const page = await listSeats({ db, connectionId, filter, links, now: AT, cursor: undefined, limit: 10 });
    assert.deepEqual(
      page.items.map(({ person, waitingFor }) => [person, waitingFor?.place]),
      [
        ['E1', 2],
        ['E2', 1],
      ],
    );
    const holds = await listEmailHolds({ db, cursor: undefined, limit: 1 });
    assert.deepEqual(holds.items, [
      {
        email: 'ada@corp.example',
        connection: 'corp',
        heldBy: 'E0',
        until: later(9).toISOString(),
        waiting: ['E2', 'E1'],
      },
    ]);
    const rest = await listEmailHolds({ db, cursor: holds.nextCursor ?? undefined, limit: 1 });
    assert.deepEqual(
      rest.items.map(({ email, heldBy, waiting: line }) => [email, heldBy, line]),
      [['bob@corp.example', null, []]],
    );
    assert.equal(rest.nextCursor, null);
  });

  it('belongs to the person of this moment', async () => {
    const { db } = database;
    const slices = [
      slice({ givenName: 'Ada' }),
      slice({ from: later(60).toISOString(), state: 'left', givenName: 'Ada' }),
    ];
    await addPerson({ db, externalId: 'E5', slices });
    const now = await findPerson({ db, links, now: later(59), externalId: 'E5' });
    const then = await findPerson({ db, links, now: later(61), externalId: 'E5' });
    assert.deepEqual([now?.state, then?.state], ['active', 'left']);
  });
});
