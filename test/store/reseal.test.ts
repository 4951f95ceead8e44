import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createKeyring, type EncryptionKey, type Keyring } from '../../src/crypto/keyring.ts';
import { resealRows } from '../../src/store/reseal.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const keyOf = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });

describe('sealing again after the first key has changed', () => {
  // One name is the beginning of the other.
  const [old, fresh] = [keyOf('2026.1'), keyOf('2026')];
  const before = createKeyring([old]);
  const after = createKeyring([fresh, old]);
  const only = createKeyring([fresh]);
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  const seal = ({ ring, plain, boundTo }: { ring: Keyring; plain: string; boundTo: string }): string =>
    ring.sealText({ plain, boundTo });

  async function keep(ring: Keyring, id: string): Promise<void> {
    const boundTo = `grant:${id}`;
    await database.db.execute(sql`
      insert into connections (id, slug, name, team_id, team_name, admin_member_id, admin_email, scopes)
      values (${id}, ${id}, ${id}, ${id}, 'Corp', 'm', 'a@corp.example', '{}')`);
    await database.db.execute(sql`
      insert into grants (connection_id, refresh_token, access_token)
      values (${id}, ${seal({ ring, plain: `refresh-${id}`, boundTo })}, null)`);
  }
  const grants = async (): Promise<{ id: string; token: string; grantedAt: string }[]> =>
    (
      await database.db.execute<{ id: string; token: string; grantedAt: string }>(
        sql`select connection_id as id, refresh_token as token, updated_at::text as "grantedAt" from grants order by 1`,
      )
    ).rows;

  it('makes grants and keys of the record readable without the older key, and tells the schedules', async () => {
    const { db } = database;
    await keep(before, 'c1');
    await keep(after, 'c2');
    const subjects = Array.from({ length: 1_200 }, (_, i) => `person:${i}`);
    const keys = subjects.map((boundTo) => seal({ ring: before, plain: 'k', boundTo: `record:${boundTo}` }));
    await db.execute(sql`
      insert into record_keys (subject, sealed_key)
      select * from unnest(${sql.param(subjects)}::text[], ${sql.param(keys)}::text[])`);
    const [first, second] = await grants();

    const [one, two] = await Promise.all([
      resealRows({ db, keyring: after }),
      resealRows({ db, keyring: after }),
    ]);
    assert.equal(one.rows + two.rows, 1_201, 'each once, though two looked');
    assert.deepEqual([...one.unreadable, ...two.unreadable], []);

    const [c1, c2] = await grants();
    assert.equal(only.openText({ sealed: c1?.token ?? '', boundTo: 'grant:c1' }), 'refresh-c1');
    assert.equal(c1?.grantedAt, first?.grantedAt, 'it is the same grant');
    assert.deepEqual(c2, second, 'what has the first key already is left alone');
    const { rows } = await db.execute<{ subject: string; sealed: string }>(
      sql`select subject, sealed_key as sealed from record_keys`,
    );
    for (const { subject, sealed } of rows) {
      assert.equal(only.openText({ sealed, boundTo: `record:${subject}` }), 'k');
    }
    const told = await db.execute(sql`select kind, subject_id as id from outbox`);
    assert.deepEqual(told.rows, [{ kind: 'schedule', id: 'c1' }]);
  });

  it('leaves alone what it cannot open, and says which key is missing or is another one', async () => {
    const { db } = database;
    await keep(before, 'c1');
    await keep(createKeyring([keyOf('gone')]), 'c2');
    await keep(createKeyring([keyOf(old.id)]), 'c3');
    const kept = await grants();
    const { rows, unreadable } = await resealRows({ db, keyring: after });
    assert.equal(rows, 1);
    assert.deepEqual(unreadable, [
      { what: 'grant', key: 'gone', reason: 'missing', rows: 1 },
      { what: 'grant', key: old.id, reason: 'another key', rows: 1 },
    ]);
    assert.deepEqual((await grants()).slice(1), kept.slice(1));
  });
});
