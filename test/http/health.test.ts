import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { startApi } from './running-api.ts';

describe('readiness', () => {
  it('is there while Temporal is away, and says so', async () => {
    const api = await startApi({ deps: { temporalReachable: async () => false } });
    try {
      const { status, json } = await api.call('GET /readyz', { key: null });
      assert.equal(status, 200);
      assert.deepEqual(json, {
        status: 'ready',
        parts: { database: 'ok', migrations: 'ok', temporal: 'unreachable' },
      });
    } finally {
      await api.close();
    }
  });

  it('is not there while migrations are pending, and comes back', async () => {
    const api = await startApi({ deps: { temporalReachable: () => Promise.reject(new Error('away')) } });
    try {
      await api.db.execute(sql`alter schema drizzle rename to elsewhere`);
      const pending = await api.call('GET /readyz', { key: null });
      assert.equal(pending.status, 503);
      assert.deepEqual(pending.json.parts, {
        database: 'ok',
        migrations: 'pending',
        temporal: 'unreachable',
      });
      await api.db.execute(sql`alter schema elsewhere rename to drizzle`);
      await new Promise((done) => setTimeout(done, 1_100));
      assert.equal((await api.call('GET /readyz', { key: null })).status, 200);
    } finally {
      await api.close();
    }
  });

  it('is measured, with the pattern of the route instead of names', async () => {
    const api = await startApi();
    try {
      await api.call('GET /v1/people/SECRET');
      const { text } = await api.call('GET /metrics', { key: null });
      assert.match(text, /route="\/v1\/people\/:externalId",status="404"/);
      assert.match(text, /process_cpu_seconds_total/);
      assert.doesNotMatch(text, /SECRET/);
    } finally {
      await api.close();
    }
  });
});
