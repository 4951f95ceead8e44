/** The record only grows, and its order never changes. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { asc, eq, sql } from 'drizzle-orm';
import { recordEntries, recordKeys, recordPositions, recordQueue } from '../../../drizzle/schema.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';
import { openPersonalValues } from '../../../src/crypto/personal-values.ts';
import type { Database, Transaction } from '../../../src/store/database.ts';
import { appendEntries, appendPersonalEntries } from '../../../src/store/record/append-entries.ts';
import { orderEntries } from '../../../src/store/record/order-entries.ts';
import { testDatabase } from '../../support/postgres.ts';

describe('the record', () => {
  let db: Database;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ db, drop } = await testDatabase());
  });
  afterEach(() => drop());

  const refusal = (code: string) => ({
    kind: 'refusal' as const,
    actor: 'key_1',
    data: { operation: 'putGroup', code },
  });
  const append = (...codes: string[]) =>
    db.transaction((tx) => appendEntries({ tx, entries: codes.map(refusal) }));
  const leaves = async (): Promise<{ data: { code: string } }[]> => {
    const rows = await db
      .select({ leaf: recordEntries.leaf })
      .from(recordPositions)
      .innerJoin(recordEntries, eq(recordEntries.id, recordPositions.entryId))
      .orderBy(asc(recordPositions.position));
    return rows.map(({ leaf }) => JSON.parse(leaf.toString()));
  };
  const placed = async () => (await leaves()).map(({ data }) => data.code);

  it('keeps leaves as canonical JSON: sorted keys, no space, UTF-8', async () => {
    await db.transaction((tx) =>
      appendEntries({ tx, entries: [{ ...refusal('ünïcode'), connection: { id: 'con_1', slug: 'corp' } }] }),
    );
    const [row] = await db.select().from(recordEntries);
    const text = row?.leaf.toString('utf8') ?? '';
    const { at } = JSON.parse(text);
    assert.equal(
      text,
      `{"actor":"key_1","at":"${at}","connection":"corp","data":{"code":"ünïcode","operation":"putGroup"},"kind":"refusal","v":1}`,
    );
    assert.equal(row?.connectionId, 'con_1');
  });

  it('is numbered from 0 without a gap, in the order of appending within a transaction', async () => {
    await append('a', 'b', 'c');
    await append('d');
    assert.deepEqual(await orderEntries({ db }), { placed: 4, isFull: false });
    assert.deepEqual(await orderEntries({ db }), { placed: 0, isFull: false });
    assert.deepEqual(await placed(), ['a', 'b', 'c', 'd']);
    const rows = await db.select().from(recordPositions).orderBy(asc(recordPositions.position));
    assert.deepEqual(
      rows.map(({ position }) => position),
      [0, 1, 2, 3],
    );
    assert.deepEqual(await db.select().from(recordQueue), []);
  });

  it('places nothing above an older transaction that still runs, and appending waits for nobody', async () => {
    let end = (): void => {};
    const slowEnds = new Promise<void>((resolve) => {
      end = resolve;
    });
    const begun = { resolve: (): void => {} };
    const hasBegun = new Promise<void>((resolve) => {
      begun.resolve = resolve;
    });
    const slow = db.transaction(async (tx: Transaction) => {
      await appendEntries({ tx, entries: [refusal('slow')] });
      begun.resolve();
      await slowEnds;
    });
    try {
      await hasBegun;
      await append('quick');
      assert.deepEqual(await orderEntries({ db }), { placed: 0, isFull: false });
    } finally {
      end();
      await slow;
    }
    await append('last');
    await orderEntries({ db });
    assert.deepEqual(await placed(), ['slow', 'quick', 'last']);
  });

  it('has no hole where a transaction was rolled back', async () => {
    await append('before');
    await assert.rejects(
      db.transaction(async (tx) => {
        await appendEntries({ tx, entries: [refusal('never')] });
        throw new Error('rolled back');
      }),
    );
    await append('after');
    await orderEntries({ db });
    assert.deepEqual(await placed(), ['before', 'after']);
  });

  it('is numbered once although several number it at a time', async () => {
    await append(...Array.from({ length: 50 }, (_, i) => `e${i}`));
    const turns = await Promise.all(Array.from({ length: 8 }, () => orderEntries({ db })));
    assert.equal(
      turns.reduce((sum, turn) => sum + turn.placed, 0),
      50,
    );
    assert.equal((await placed()).length, 50);
  });

  it('goes on after a restore into a server whose transaction numbers are lower', async () => {
    await append('old');
    await db.update(recordQueue).set({ transaction: '99999999999' });
    await append('new');
    assert.deepEqual(await orderEntries({ db }), { placed: 2, isFull: false });
  });

  for (const [name, change] of [
    ['update', sql`update record_entries set kind = 'fact'`],
    ['delete', sql`delete from record_entries`],
    ['truncate', sql`truncate record_entries cascade`],
    ['update of positions', sql`update record_positions set position = position + 1`],
    ['delete of positions', sql`delete from record_positions`],
    ['truncate of positions', sql`truncate record_positions`],
  ] as const) {
    it(`refuses ${name}`, async () => {
      await append('a');
      await orderEntries({ db });
      await assert.rejects(db.execute(change), (error: Error) => {
        assert.match(String(error.cause), /only grows/);
        return true;
      });
      assert.deepEqual(await placed(), ['a']);
    });
  }

  it('seals names and addresses under a key of the person; without the key they are gone', async () => {
    const keyring = createKeyring([{ id: 'k1', key: randomBytes(32) }]);
    const personal = { email: 'ada@corp.example', givenName: 'Ada' };
    const entries = [{ ...refusal('x'), person: 'E1', personal }];
    await Promise.all([
      db.transaction((tx) => appendPersonalEntries({ tx, keyring, entries })),
      db.transaction((tx) => appendPersonalEntries({ tx, keyring, entries })),
    ]);
    const rows = await db.select().from(recordEntries);
    const keys = await db.select().from(recordKeys);
    assert.deepEqual(
      keys.map(({ subject }) => subject),
      ['person:E1'],
    );
    for (const { leaf } of rows) {
      const text = leaf.toString();
      assert.ok(!/ada|corp/i.test(text), text);
      const { personal: sealed } = JSON.parse(text);
      const { subject = '', sealedKey = '' } = keys[0] ?? {};
      assert.deepEqual(openPersonalValues({ keyring, subject, sealedKey, sealed }), personal);
      assert.throws(() => openPersonalValues({ keyring, subject: 'person:E2', sealedKey, sealed }));
    }
  });
});
