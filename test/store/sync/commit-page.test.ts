import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import { stagedMembers } from '../../../drizzle/schema.ts';
import { commitPage, type Page } from '../../../src/store/sync/commit-page.ts';
import { startListingOver } from '../../../src/store/sync/start-over.ts';
import { at, listed, type RecordedTeam, recordedTeam } from './recorded-team.ts';

describe('a page of a listing', () => {
  let team: RecordedTeam;
  let syncId: string;
  beforeEach(async () => {
    team = await recordedTeam();
    syncId = await team.begin();
  });
  afterEach(() => team.drop());

  const commit = (page: Partial<Page>) =>
    commitPage({
      db: team.db,
      syncId,
      page: { askedWith: null, cursor: 'c1', hasMore: true, fetchedAt: at(1), members: [], ...page },
    });

  it('is committed together with the cursor behind it and the progress', async () => {
    const committed = await commit({ members: [listed('ada'), listed('bob')] });
    assert.deepEqual(committed, { outcome: 'committed', members: 2, pages: 1, fresh: 2 });
    const row = await team.syncRow(syncId);
    assert.deepEqual([row.cursor, row.processed, row.phase], ['c1', 2, 'members']);
    assert.deepEqual(row.listingStartedAt, at(1));
    assert.equal(await team.staged(), 2);
  });

  it('is written once, whoever comes with it a second time', async () => {
    await commit({ members: [listed('ada')] });
    assert.deepEqual(await commit({ members: [listed('ada')] }), { outcome: 'moved_on' });
    assert.equal((await team.syncRow(syncId)).processed, 1);
  });

  it('lets one of two attempts through that hold the same page', async () => {
    const outcomes = await Promise.all(
      ['x', 'y'].map(() => commit({ members: [listed('ada'), listed('bob')] })),
    );
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['committed', 'moved_on']);
    assert.equal(await team.staged(), 2);
  });

  it('wins over earlier pages that had the same member, and counts the member once', async () => {
    await commit({ members: [listed('ada', { name: 'old' }), listed('bob')] });
    const again = await commit({
      askedWith: 'c1',
      cursor: 'c2',
      fetchedAt: at(2),
      members: [listed('ada', { name: 'new' }), listed('eve'), listed('eve', { name: 'last' })],
    });
    assert.deepEqual(again, { outcome: 'committed', members: 3, pages: 2, fresh: 1 });
    const rows = await team.db.select().from(stagedMembers).orderBy(stagedMembers.teamMemberId);
    assert.deepEqual(
      rows.map(({ name, seenAt }) => [name, seenAt]),
      [
        ['new', at(2)],
        ['bob', at(1)],
        ['last', at(2)],
      ],
    );
  });

  it('holds any text that Dropbox sends', async () => {
    const name = 'tab\t, line\nline\r, back\\slash \\N, "quote", Zoë 🌊';
    await commit({
      members: [listed('ada', { name: `${name}\0`, externalId: '\\N', email: 'Ada@Corp.example' })],
    });
    const [row] = await team.db.select().from(stagedMembers).where(eq(stagedMembers.syncId, syncId));
    assert.deepEqual([row?.name, row?.externalId, row?.emailKey], [name, '\\N', 'ada@corp.example']);
  });

  it('may be empty', async () => {
    assert.deepEqual(await commit({}), { outcome: 'committed', members: 0, pages: 1, fresh: 0 });
  });

  it('ends the listing when it is the last one', async () => {
    await commit({ hasMore: false, members: [listed('admin'), listed('bob')] });
    const { phase, processed, total, report } = await team.syncRow(syncId);
    assert.deepEqual(
      { phase, processed, total, report },
      {
        phase: 'activity',
        processed: 0,
        total: null,
        report: { members: 2, pages: 1 },
      },
    );
  });

  it('ends nothing when the listing has nobody, or not the connecting admin', async () => {
    assert.deepEqual(await commit({ hasMore: false }), { outcome: 'empty' });
    assert.deepEqual(await commit({ hasMore: false, members: [listed('bob')] }), { outcome: 'admin_absent' });
    const row = await team.syncRow(syncId);
    assert.deepEqual([row.phase, row.cursor, await team.staged()], ['members', null, 0]);
  });

  it('is thrown away with all others when the listing starts over', async () => {
    await commit({ members: [listed('ada')] });
    assert.equal(await startListingOver({ db: team.db, syncId, cursor: 'another' }), null);
    assert.equal(await startListingOver({ db: team.db, syncId, cursor: 'c1' }), 1);
    const row = await team.syncRow(syncId);
    assert.deepEqual(
      [row.cursor, row.processed, row.listingStartedAt, await team.staged()],
      [null, 0, null, 0],
    );
    await commit({ fetchedAt: at(5), members: [listed('ada')] });
    assert.deepEqual((await team.syncRow(syncId)).listingStartedAt, at(5));
  });

  it('goes nowhere once the run has ended', async () => {
    await team.db.execute(sql`update syncs set status = 'failed', finished_at = now()`);
    assert.deepEqual(await commit({ members: [listed('ada')] }), { outcome: 'moved_on' });
    assert.equal(await team.staged(), 0);
  });
});
