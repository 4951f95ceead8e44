import assert from 'node:assert/strict';
import { facts } from '../../drizzle/schema.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('POST /v1/events', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const joiner = (n: number | string) => ({
    id: `evt-${n}`,
    type: 'joiner',
    person: { externalId: `E${n}`, email: `e${n}@corp.example`, givenName: 'Ada', surname: 'Lovelace' },
  });
  const send = (body: unknown, query = '') => api.call(`POST /v1/events${query}`, { body });
  const stored = async () => (await api.db.select().from(facts)).length;

  it('takes one event, and knows it again', async () => {
    const first = await send(joiner(1));
    assert.deepEqual(
      [first.status, first.json],
      [202, { accepted: [{ id: 'evt-1', personId: 'E1', duplicate: false }], refused: [] }],
    );
    assert.equal((await send(joiner(1))).json.accepted[0].duplicate, true);
    const other = await send({ ...joiner(1), person: { externalId: 'E2' } });
    assert.deepEqual([other.status, other.json.code], [409, 'conflict']);
    assert.equal(await stored(), 1);
    const person = (await api.call('GET /v1/people/E1')).json;
    assert.deepEqual([person.state, person.email, person.surname], ['active', 'e1@corp.example', 'Lovelace']);
  });

  it('takes the good ones of an array, and says of each other one which and why', async () => {
    const answer = await send([
      joiner(1),
      { id: 'evt-bad', type: 'joyner', person: { externalId: 'E9' } },
      'not an event',
      { ...joiner(2), occurredAt: new Date(Date.now() + 3_600_000).toISOString() },
      joiner(3),
      { ...joiner(1), person: { externalId: 'E4' } },
      { ...joiner(5), colour: 'red' },
    ]);
    assert.equal(answer.status, 202);
    assert.deepEqual(
      answer.json.accepted.map(({ id }: { id: string }) => id),
      ['evt-1', 'evt-3'],
    );
    const refused = answer.json.refused.map(({ index, id, code }: Record<string, unknown>) => [
      index,
      id,
      code,
    ]);
    assert.deepEqual(refused, [
      [1, 'evt-bad', 'invalid'],
      [2, '', 'invalid'],
      [3, 'evt-2', 'occurred_in_future'],
      [5, 'evt-1', 'conflict'],
      [6, 'evt-5', 'invalid'],
    ]);
    assert.match(answer.json.refused[4].detail, /colour is not a known field/);
    assert.equal(await stored(), 2);
  });

  it('answers an array of nothing but bad ones with 202, and one bad event with 422', async () => {
    const answer = await send([{ id: 'x' }]);
    assert.deepEqual([answer.status, answer.json.accepted.length, answer.json.refused.length], [202, 0, 1]);
    const single = await send({ id: 'x', type: 'leaver' });
    assert.deepEqual(
      [single.status, single.json.errors],
      [422, [{ field: 'person', detail: 'is required' }]],
    );
    const future = await send({ ...joiner(1), occurredAt: new Date(Date.now() + 3_600_000).toISOString() });
    assert.deepEqual([future.status, future.json.code], [422, 'occurred_in_future']);
  });

  it('takes a thousand at once, and no more', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => joiner(i));
    assert.equal((await send(many)).status, 422);
    assert.equal(await stored(), 0);
    const answer = await send(many.slice(1));
    assert.deepEqual([answer.status, answer.json.accepted.length], [202, 1_000]);
    assert.equal((await send([])).status, 422);
  });

  it('stores nothing in a dry run', async () => {
    const answer = await send([joiner(1), { id: 'x' }], '?dryRun=true');
    assert.deepEqual([answer.json.accepted.length, answer.json.refused.length], [1, 1]);
    assert.equal(await stored(), 0);
    assert.equal((await send(joiner(1), '?dryRun=perhaps')).status, 400);
  });

  it('holds what belongs to which type', async () => {
    const person = { externalId: 'E1' };
    const bad = [
      { id: 'a', type: 'cancellation' },
      { id: 'a', type: 'cancellation', cancels: 'a' },
      { id: 'a', type: 'leaver', person, returnAt: '2026-12-24' },
      { id: 'a', type: 'leaver', person, cancels: 'b' },
      { id: 'a', type: 'joiner' },
      { id: 'a', type: 'joiner', person: {} },
      { id: 'a', type: 'joiner', person: { externalId: 'x'.repeat(65) } },
      { id: 'a', type: 'joiner', person: { externalId: ' E1' } },
      { id: 'a', type: 'joiner', person: { ...person, email: 'not an address' } },
      { id: 'a', type: 'joiner', person: { ...person, timeZone: 'Mars/Olympus' } },
      { id: '', type: 'joiner', person },
      { id: 7, type: 'joiner', person },
    ];
    for (const body of bad) assert.equal((await send(body)).status, 422, JSON.stringify(body));
    const good = [
      { id: 'a', type: 'suspension', person, returnAt: '2026-12-24' },
      { id: 'b', type: 'cancellation', cancels: 'not-here-yet' },
      { id: 'c', type: 'leaver', person, effectiveAt: '2026-12-31' },
      { id: 'd', type: 'leaver', person, effectiveAt: '2026-12-01T08:00:00+01:00' },
      { id: 'e', type: 'joiner', person: { externalId: 'x'.repeat(64), surname: "O'Brien/Łukasz 😀" } },
    ];
    for (const body of good) assert.equal((await send(body)).status, 202, JSON.stringify(body));
  });
});
