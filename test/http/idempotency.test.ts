import assert from 'node:assert/strict';
import { apiKeys, authorizations, idempotencyKeys } from '../../drizzle/schema.ts';
import { authorise } from './connect-steps.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('a POST with an Idempotency-Key', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
  const count = async () => (await api.db.select().from(authorizations)).length;

  it('gets the same answer again and does nothing twice', async () => {
    const first = await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    const again = await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.deepEqual(again.json, first.json);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.equal(await count(), 1);
    await api.call('POST /v1/authorizations', { ...keyed('b'), body: {} });
    assert.equal(await count(), 2);
  });

  it('is refused with another body', async () => {
    await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    const other = await api.call('POST /v1/authorizations', { ...keyed('a'), body: { access: 'read' } });
    assert.deepEqual([other.status, other.json.code], [409, 'idempotency_key_reused']);
  });

  it('belongs to one key and one path', async () => {
    const { key } = (
      await api.call('POST /v1/api-keys', { ...keyed('a'), body: { name: 'Ops', role: 'operator' } })
    ).json;
    await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    await api.call('POST /v1/authorizations', { ...keyed('a'), body: {}, key });
    assert.equal(await count(), 2);
  });

  it('makes one of many at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('POST /v1/authorizations', { ...keyed('a'), body: {} })),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    assert.ok(
      [...statuses].every((status) => status === 201 || status === 409),
      [...statuses].join(),
    );
    assert.equal(await count(), 1);
    const waiting = answers.find(({ status }) => status === 409);
    if (waiting) assert.equal(waiting.json.code, 'idempotency_in_progress');
  });

  it('may be tried again when it was refused', async () => {
    const { id } = await authorise({ api });
    const wrong = { authorizationId: 'auth_none', name: 'Corp' };
    assert.equal((await api.call('POST /v1/connections', { ...keyed('c'), body: wrong })).status, 404);
    const right = { authorizationId: id, name: 'Corp' };
    const saved = await api.call('POST /v1/connections', { ...keyed('c'), body: right });
    assert.equal(saved.status, 201);
    const again = await api.call('POST /v1/connections', { ...keyed('c'), body: right });
    assert.deepEqual([again.status, again.json.id], [201, saved.json.id]);
  });

  it('is taken over when the process that began it died, and forgotten after a day', async () => {
    await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    await api.db.update(idempotencyKeys).set({ status: null, response: null });
    const busy = await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} });
    assert.deepEqual([busy.status, busy.json.code], [409, 'idempotency_in_progress']);
    api.clock.now = new Date(Date.now() + 61_000);
    assert.equal((await api.call('POST /v1/authorizations', { ...keyed('a'), body: {} })).status, 201);
    api.clock.now = new Date(Date.now() + 86_500_000);
    await api.call('POST /v1/authorizations', { ...keyed('z'), body: {} });
    const left = await api.db.select().from(idempotencyKeys);
    assert.deepEqual(
      left.map(({ key }) => key),
      ['z'],
    );
  });

  it('keeps an API key sealed', async () => {
    const made = await api.call('POST /v1/api-keys', { ...keyed('k'), body: { name: 'HR', role: 'hr' } });
    const again = await api.call('POST /v1/api-keys', { ...keyed('k'), body: { name: 'HR', role: 'hr' } });
    assert.equal(again.json.key, made.json.key);
    assert.equal((await api.db.select().from(apiKeys)).length, 1);
    assert.ok(!JSON.stringify(await api.db.select().from(idempotencyKeys)).includes(made.json.key));
  });
});
