import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { emptyDatabase } from '../support/postgres.ts';
import { type Role, startRole } from '../support/roles.ts';

describe('five processes that start at once on an empty database', function () {
  this.timeout(90_000);

  it('all come up, and the tables are made once', async () => {
    const database = await emptyDatabase();
    const env = {
      DATABASE_URL: database.url,
      // Nobody listens there, and the API does not mind.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      DROPBOX_APP_KEY: 'appkey',
      DROPBOX_APP_SECRET: 'appsecret',
      ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
    };
    const roles: Role[] = [];
    try {
      for (let i = 0; i < 5; i += 1) roles.push(await startRole({ role: 'api', env }));
      await Promise.all(roles.map(({ ready }) => ready));
      const statuses = await Promise.all(roles.map(async ({ url }) => (await fetch(`${url}/readyz`)).status));
      assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        const { rows } = await client.query(
          'select count(*)::int as all, count(distinct hash)::int as each from drizzle.__drizzle_migrations',
        );
        assert.equal(rows[0].all, rows[0].each);
        assert.ok(rows[0].all > 0);
        const waiting = await client.query(`select from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`);
        assert.equal(waiting.rowCount, 0, 'the lock is given back');
      } finally {
        await client.end();
      }
    } finally {
      await Promise.all(roles.map((role) => role.stop()));
      await database.drop();
    }
  });
});
