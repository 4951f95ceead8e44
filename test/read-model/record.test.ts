import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openPersonalValues } from '../../src/crypto/personal-values.ts';
import type { Happening, RecordEntry } from '../../src/domain/record.ts';
import {
  findRecordedConnection,
  listRecord,
  type RecordFilter,
  wholeRecord,
} from '../../src/read-model/record.ts';
import { closeConnection } from '../../src/store/ended-connection.ts';
import { orderEntries } from '../../src/store/record/order-entries.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { append, appendPersonal, CORP, entryOf, factEntry, keyring } from './recorded.ts';
import { addConnection } from './records.ts';

describe('the record, read', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  const place = () => orderEntries({ db: database.db });
  const list = async (filter: RecordFilter = {}, order: 'placed' | 'written' = 'placed') =>
    (await listRecord({ db: database.db, filter, order, cursor: undefined, limit: 100 })).items;
  const ofConnection = (happening: Happening): RecordEntry => ({
    ...happening,
    actor: 'key_1',
    connection: CORP,
  });

  it('shows what has its place, and to those who ask for the order of writing the rest, too', async () => {
    const { db } = database;
    await append({ db, entries: [factEntry('a')] });
    await place();
    await append({ db, entries: [factEntry('b')] });
    assert.deepEqual(
      (await list()).map(({ position, cause }) => [position, cause]),
      [[0, 'events a']],
    );
    assert.deepEqual(
      (await list({ person: 'E1' }, 'written')).map(({ position, cause }) => [position, cause]),
      [
        [0, 'events a'],
        [null, 'events b'],
      ],
    );
  });

  it('gives each entry with its bytes and their hash after RFC 9162', async () => {
    await append({ db: database.db, entries: [factEntry('a')] });
    await place();
    const [item] = await list();
    const { leaf, leafHash } = item ?? assert.fail();
    const bytes = Buffer.concat([Buffer.of(0), leaf]);
    assert.equal(leafHash, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(JSON.parse(leaf.toString()).data.eventId, 'a');
  });

  it('is narrowed by person, connection, kind and time', async () => {
    const { db } = database;
    const resolved: Happening = { kind: 'seat', data: { from: 'active', to: 'active', resolved: 'drift' } };
    await append({
      db,
      entries: [
        factEntry('a'),
        { ...factEntry('b'), person: 'E2' },
        entryOf(resolved),
        ofConnection({ kind: 'connection', data: { event: 'connected' } }),
      ],
    });
    await place();
    const kinds = async (filter: RecordFilter) => (await list(filter)).map(({ kind }) => kind);
    assert.deepEqual(await kinds({ person: 'E1' }), ['fact', 'seat']);
    assert.deepEqual(await kinds({ connectionId: CORP.id }), ['seat', 'connection']);
    assert.deepEqual(await kinds({ kind: 'fact' }), ['fact', 'fact']);
    assert.deepEqual(await kinds({ person: 'E1', kind: 'seat' }), ['seat']);
    const [{ at } = assert.fail()] = await list();
    const later = new Date(Date.parse(at) + 60_000).toISOString();
    assert.deepEqual(await kinds({ from: later }), []);
    assert.equal((await kinds({ from: at, to: later })).length, 4);
    assert.deepEqual(await kinds({ to: at }), []);
  });

  it('finds a connection by id or slug, also one that has ended', async () => {
    const { db } = database;
    const id = await addConnection({ db });
    await db.transaction((tx) => closeConnection({ tx, connectionId: id }));
    assert.equal(await findRecordedConnection({ db, name: 'corp' }), id);
    assert.equal(await findRecordedConnection({ db, name: id }), id);
    assert.equal(await findRecordedConnection({ db, name: 'other' }), undefined);
  });

  it('hands out names sealed, with the key of the person, or of the connection where there is none', async () => {
    const { db } = database;
    const personal = { email: 'ada@corp.example' };
    await appendPersonal({ db, entry: factEntry('a'), personal });
    const settings: Happening = { kind: 'assignments', data: { added: [], removed: [] } };
    await appendPersonal({ db, entry: ofConnection(settings), personal });
    await append({ db, entries: [factEntry('b')] });
    const items = await list({}, 'written');
    assert.deepEqual(
      items.map(({ sealed }) => sealed?.subject ?? null),
      ['person:E1', 'connection:con_corp', null],
    );
    for (const { sealed } of items.slice(0, 2)) {
      assert.ok(sealed !== null && sealed.sealedKey !== null);
      assert.ok(!sealed.sealed.includes('ada'));
      const { sealedKey } = sealed;
      assert.deepEqual(openPersonalValues({ keyring, ...sealed, sealedKey }), personal);
    }
  });

  it('has words for what concerns no person', async () => {
    const data = { sync: 's1' };
    await append({
      db: database.db,
      entries: [
        ofConnection({ kind: 'connection', data: { event: 'broken', code: 'grant_revoked' } }),
        ofConnection({
          kind: 'assignments',
          data: {
            added: [{ kind: 'group', subject: 'Engineering' }],
            removed: [{ kind: 'everyone', subject: '' }],
          },
        }),
        ofConnection({ kind: 'sync', data: { ...data, event: 'failed', code: 'listing_empty' } }),
        ofConnection({ kind: 'sync', data: { ...data, event: 'succeeded' } }),
        { kind: 'api_key', actor: 'admin-key', data: { event: 'created', key: 'key_2', role: 'hr' } },
        {
          kind: 'sign_in',
          actor: 'key_2',
          data: { event: 'forbidden', role: 'hr', operation: 'listPeople' },
        },
        { kind: 'sign_in', actor: 'unknown', data: { event: 'refused' } },
        { kind: 'refusal', actor: 'key_2', data: { operation: 'sendEvents', code: 'conflict' } },
        {
          kind: 'authorization',
          actor: 'key_1',
          data: { event: 'refused', authorization: 'aut_1', purpose: 'provision', code: 'not_a_team' },
        },
      ],
    });
    assert.deepEqual(
      (await list({}, 'written')).map(({ summary }) => summary),
      [
        'Dropbox no longer lets us work on corp (grant_revoked); its seats wait.',
        'Assigned to corp: now group Engineering; no longer everyone.',
        'Sync of corp failed (listing_empty); nothing was changed.',
        'Sync of corp succeeded.',
        'API key key_2 made, role hr.',
        'A key of the role hr may not do listPeople.',
        'A key that nobody knows was refused.',
        'Refused sendEvents: conflict.',
        'Authorisation refused (not_a_team).',
      ],
    );
  });

  it('is read whole over many turns, without a gap', async () => {
    await append({ db: database.db, entries: Array.from({ length: 1_203 }, (_, i) => factEntry(`e${i}`)) });
    await place();
    const positions: (number | null)[] = [];
    for await (const item of wholeRecord({ db: database.db, filter: {}, order: 'placed' })) {
      positions.push(item.position);
    }
    assert.deepEqual(
      positions,
      Array.from({ length: 1_203 }, (_, i) => i),
    );
  });
});
