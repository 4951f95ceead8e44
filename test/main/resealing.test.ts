import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { processLog } from '../../src/main/process-log.ts';
import { startResealing } from '../../src/main/resealing.ts';
import { testDatabase } from '../support/postgres.ts';

describe('a worker that cannot read what is kept', () => {
  it('names the key that it lacks, and what that key sealed', async () => {
    const { db, drop } = await testDatabase();
    try {
      const keyring = createKeyring([{ id: 'new', key: randomBytes(32) }]);
      await db.execute(sql`insert into record_keys (subject, sealed_key) values ('person:E1', 'old.AAAA')`);
      const lines: string[] = [];
      const log = processLog({
        level: 'info',
        role: 'worker',
        destination: { write: (line) => lines.push(line) },
      });
      await startResealing({ db, keyring, log }).stop();
      const [line, another] = lines.map((text) => JSON.parse(text));
      assert.equal(another, undefined);
      assert.equal(line.msg, 'ENCRYPTION_KEYS lacks the key "old", which sealed what is kept: put it back');
      assert.deepEqual([line.level, line.key, line.what, line.rows], [50, 'old', 'record_key', 1]);
    } finally {
      await drop();
    }
  });
});
