import assert from 'node:assert/strict';
import { apiKeys } from '../../drizzle/schema.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('API keys', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());

  const make = async (role: string) =>
    (await api.call('POST /v1/api-keys', { body: { name: `For ${role}`, role } })).json;

  it('are shown once, and stored as a hash', async () => {
    const made = await make('hr');
    assert.match(made.key, /^sk_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual([made.role, made.prefix, made.createdBy], ['hr', made.key.slice(0, 10), 'admin-key']);
    const listed = await api.call('GET /v1/api-keys');
    assert.ok(listed.json.items.some(({ id }: { id: string }) => id === made.id));
    assert.ok(!listed.text.includes(made.key));
    const rows = JSON.stringify(await api.db.select().from(apiKeys));
    assert.ok(!rows.includes(made.key));
  });

  it('work until they are deleted', async () => {
    const { id, key } = await make('auditor');
    assert.equal((await api.call('GET /v1/people', { key })).status, 200);
    assert.equal((await api.call(`DELETE /v1/api-keys/${id}`)).status, 204);
    assert.equal((await api.call('GET /v1/people', { key })).status, 401);
    assert.equal((await api.call(`DELETE /v1/api-keys/${id}`)).status, 404);
  });

  it('are made by administrators only', async () => {
    const { key } = await make('operator');
    assert.equal(
      (await api.call('POST /v1/api-keys', { key, body: { name: 'x', role: 'admin' } })).status,
      403,
    );
    assert.equal((await api.call('GET /v1/api-keys', { key })).status, 403);
  });

  it('are listed page by page', async () => {
    for (let i = 0; i < 3; i += 1) await make('scim');
    const seen: string[] = [];
    let cursor = '';
    do {
      const { json } = await api.call(`GET /v1/api-keys?limit=2&cursor=${cursor}`);
      assert.ok(json.items.length <= 2);
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      cursor = json.nextCursor;
    } while (cursor !== null);
    const all = (await api.call('GET /v1/api-keys')).json.items.map(({ id }: { id: string }) => id);
    assert.deepEqual(seen, all);
  });
});

describe('the rate limit', () => {
  it('counts each key for itself, and says when to go on', async () => {
    const api = await startApi({ config: { rateLimitPerMinute: 5 } });
    try {
      const other = (await api.call('POST /v1/api-keys', { body: { name: 'Other', role: 'auditor' } })).json
        .key;
      const statuses: number[] = [];
      for (let i = 0; i < 6; i += 1) statuses.push((await api.call('GET /v1/people')).status);
      assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
      const refused = await api.call('GET /v1/people');
      assert.equal(refused.json.code, 'too_many_requests');
      const seconds = Number(refused.headers.get('retry-after'));
      assert.ok(seconds > 0 && seconds <= 60, `${seconds}`);
      assert.equal((await api.call('GET /v1/people', { key: other })).status, 200);
      assert.equal((await api.call('GET /healthz', { key: null })).status, 200);
    } finally {
      await api.close();
    }
  });
});
