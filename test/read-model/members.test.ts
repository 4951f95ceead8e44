import assert from 'node:assert/strict';
import { listMembers, type MemberFilter } from '../../src/read-model/members.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import {
  addActivity,
  addActivityLog,
  addConnection,
  addMember,
  addPerson,
  addSeat,
  addSettings,
  daysAgo,
} from './records.ts';

describe('the list of members', () => {
  let database: TestDatabase;
  let connectionId: string;
  beforeEach(async () => {
    database = await testDatabase();
    const { db } = database;
    connectionId = await addConnection({ db });
    await addSettings({ db, connectionId, settings: { dormantAfter: 'P60D' } });
    await addMember({
      db,
      connectionId,
      teamMemberId: 'dbmid:1',
      name: 'Ada Lovelace',
      email: 'ada@corp.example',
    });
    await addMember({ db, connectionId, teamMemberId: 'dbmid:2', name: 'Bob 100%', status: 'invited' });
    await addMember({
      db,
      connectionId,
      teamMemberId: 'dbmid:3',
      name: 'Cleo',
      status: 'removed',
      externalId: 'HR-3',
    });
    await addMember({ db, connectionId, teamMemberId: 'dbmid:4', name: 'Ada Lovelace', status: 'suspended' });
    await addPerson({ db, externalId: 'E1' });
    await addSeat({ db, connectionId, personId: 'E1', teamMemberId: 'dbmid:1' });
    const other = await addConnection({ db, slug: 'other' });
    await addMember({ db, connectionId: other, teamMemberId: 'dbmid:1', name: 'Ada Lovelace' });
  });
  afterEach(() => database.drop());

  const list = (filter: MemberFilter = {}, limit = 100, cursor?: string) =>
    listMembers({ db: database.db, connectionId, filter, limit, cursor });
  const ids = async (filter: MemberFilter) =>
    (await list(filter)).items.map(({ teamMemberId }) => teamMemberId.slice(6));

  it('leaves removed ones out unless they are asked for', async () => {
    assert.deepEqual(await ids({}), ['1', '4', '2']);
    assert.deepEqual(await ids({ status: 'removed' }), ['3']);
    assert.deepEqual(await ids({ status: 'invited' }), ['2']);
  });

  it('finds parts of names, addresses and ids, taking wildcards as they are', async () => {
    assert.deepEqual(await ids({ q: 'lovelace' }), ['1', '4']);
    assert.deepEqual(await ids({ q: 'ADA@' }), ['1']);
    assert.deepEqual(await ids({ q: '0%' }), ['2']);
    assert.deepEqual(await ids({ q: '_' }), []);
    assert.deepEqual(await ids({ q: 'hr-3', status: 'removed' }), ['3']);
  });

  it('names the person whose seat it is, and claims nothing about activity before the log was read', async () => {
    const { items } = await list();
    assert.deepEqual(
      items.map(({ managedBy }) => managedBy),
      ['E1', undefined, undefined],
    );
    assert.ok(items.every(({ dormant, lastActivityAt }) => dormant === null && lastActivityAt === null));
    assert.deepEqual(await ids({ dormant: true }), []);
    assert.deepEqual(await ids({ dormant: false }), []);
  });

  it('finds dormant members, and those who are known not to be', async () => {
    const { db } = database;
    const member = (id: string, joinedDaysAgo: number) =>
      addMember({ db, connectionId, teamMemberId: `dbmid:${id}`, joinedAt: daysAgo(joinedDaysAgo) });
    await addActivityLog({ db, connectionId });
    await member('idle', 400);
    await member('silent', 400);
    await member('new', 3);
    await member('busy', 400);
    const idleSince = daysAgo(70);
    await addActivity({ db, connectionId, teamMemberId: 'dbmid:idle', lastActivityAt: idleSince });
    await addActivity({
      db,
      connectionId,
      teamMemberId: 'dbmid:busy',
      lastActivityAt: daysAgo(1),
      source: 'device_session/web',
    });
    assert.deepEqual(await ids({ dormant: true }), ['idle', 'silent']);
    assert.deepEqual(await ids({ dormant: false }), ['busy', 'new']);
    assert.deepEqual(await ids({ dormant: true, q: 'idle' }), ['idle']);
    assert.deepEqual(await ids({ dormant: true, status: 'suspended' }), []);
    const { items } = await list({ q: 'dbmid:idle' });
    assert.deepEqual(
      items.map(({ lastActivityAt, lastActivitySource, dormant }) => [
        lastActivityAt,
        lastActivitySource,
        dormant,
      ]),
      [[idleSince.toISOString(), 'audit_log/login_success', true]],
    );
  });

  it('pages through equal names without losing or repeating anybody', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({}, 1, cursor);
      seen.push(...page.items.map(({ teamMemberId }) => teamMemberId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen, ['dbmid:1', 'dbmid:4', 'dbmid:2']);
  });
});
