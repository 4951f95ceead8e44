import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { members } from '../../../drizzle/schema.ts';
import { rememberMember } from '../../../src/store/members.ts';
import { commitPage } from '../../../src/store/sync/commit-page.ts';
import { compareMembers } from '../../../src/store/sync/compare-members.ts';
import { nextMissing, recordAnswers } from '../../../src/store/sync/missing-members.ts';
import { SyncNotRunning } from '../../../src/store/sync/running-sync.ts';
import { at, HOLD_MS, listed, type RecordedTeam, recordedTeam } from './recorded-team.ts';

describe('the comparison of a listing with what was known', () => {
  let team: RecordedTeam;
  beforeEach(async () => {
    team = await recordedTeam();
  });
  afterEach(() => team.drop());

  it('takes over everybody at first, and only what differs after that', async () => {
    const first = await team.sync(1, [listed('ada'), listed('bob', { status: 'invited' })]);
    assert.deepEqual(first, { members: 3, pages: 1, joined: 3, changed: 0, missing: 0, seatsWoken: 0 });
    const versions = () =>
      team.db.execute<{ id: string; xmin: string; xmax: string }>(
        sql`select team_member_id as id, xmin::text, xmax::text from members order by 1`,
      );
    const before = await versions();
    const second = await team.sync(10, [
      listed('ada', { name: 'Ada L.' }),
      listed('bob', { status: 'invited' }),
    ]);
    assert.deepEqual([second.joined, second.changed, second.missing], [0, 1, 0]);
    const after = await versions();
    const touched = after.rows.filter(({ xmin, xmax }, i) => before.rows[i]?.xmin !== xmin || xmax !== '0');
    assert.deepEqual(
      touched.map(({ id }) => id),
      ['dbmid:ada'],
    );
    const ada = await team.member('ada');
    assert.deepEqual([ada.name, ada.seenAt, ada.firstSeenAt], ['Ada L.', at(10), at(1)]);
  });

  it('does not undo what was read back while the listing ran', async () => {
    await team.sync(1, [listed('ada')]);
    const { connectionId, db } = team;
    const member = listed('ada', { status: 'suspended' });
    await rememberMember({ db, connectionId, member, seenAt: at(20) });
    const later = await team.sync(15, [listed('ada')]);
    assert.equal(later.changed, 0);
    assert.equal((await team.member('ada')).status, 'suspended');
    // The same second may lie before or after the read-back: it decides nothing either.
    await team.sync(20, [listed('ada')]);
    assert.equal((await team.member('ada')).status, 'suspended');
    await team.sync(21, [listed('ada')]);
    assert.equal((await team.member('ada')).status, 'active');
  });

  it('says the same when it is asked again', async () => {
    await team.sync(1, [listed('ada')]);
    const { syncId, ...first } = await team.compare(5, [listed('ada', { name: 'A' }), listed('new')]);
    const again = await compareMembers({ db: team.db, syncId, emailHoldMs: HOLD_MS });
    assert.deepEqual(again, first);
  });

  it('is refused before the listing has ended, and after the run has', async () => {
    const syncId = await team.begin();
    const page = { askedWith: null, cursor: 'c1', hasMore: true, fetchedAt: at(1), members: [listed('ada')] };
    await commitPage({ db: team.db, syncId, page });
    await assert.rejects(compareMembers({ db: team.db, syncId, emailHoldMs: HOLD_MS }), /has not ended/);
    await team.db.execute(sql`update syncs set status = 'failed', finished_at = now()`);
    await assert.rejects(compareMembers({ db: team.db, syncId, emailHoldMs: HOLD_MS }), SyncNotRunning);
    assert.equal((await team.db.select().from(members)).length, 0);
  });

  describe('when somebody is not listed', () => {
    const answers = (syncId: string, more: { found?: string[]; gone?: string[]; minute?: number }) =>
      recordAnswers({
        db: team.db,
        syncId,
        emailHoldMs: HOLD_MS,
        seenAt: at(more.minute ?? 11),
        found: (more.found ?? []).map((id) => listed(id)),
        gone: (more.gone ?? []).map((id) => `dbmid:${id}`),
      });
    const missing = (syncId: string) => nextMissing({ db: team.db, syncId, after: '', limit: 100 });

    it('counts whom it knew before the listing began, and marks nobody as removed', async () => {
      await team.sync(1, [listed('ada'), listed('bob'), listed('eve', { status: 'removed' })]);
      // Came while the listing ran: not to be expected on its pages.
      await rememberMember({
        db: team.db,
        connectionId: team.connectionId,
        member: listed('new'),
        seenAt: at(11),
      });
      const { syncId, ...found } = await team.compare(10, [listed('bob')]);
      assert.equal(found.missing, 1);
      assert.equal((await team.member('ada')).status, 'active');
      assert.deepEqual(await missing(syncId), ['dbmid:ada']);
    });

    it('marks as removed whom Dropbox does not find, and wakes the seat', async () => {
      await team.putSeat('ada');
      await team.sync(1, [listed('ada'), listed('bob')]);
      const { syncId } = await team.compare(10, []);
      assert.equal(await answers(syncId, { gone: ['ada'], found: ['bob'] }), 1);
      const ada = await team.member('ada');
      assert.deepEqual([ada.status, ada.recoverable, ada.seenAt], ['removed', false, at(11)]);
      assert.equal((await team.member('bob')).status, 'active');
      assert.deepEqual((await team.seat('ada')).attention?.code, 'drift');
      assert.deepEqual(await team.takeOutbox(), ['seat seat_ada']);
      assert.deepEqual(await missing(syncId), []);
      assert.deepEqual(await team.claims(), []);
    });

    it('takes over what Dropbox says of those it finds', async () => {
      await team.sync(1, [listed('ada')]);
      const { syncId } = await team.compare(10, []);
      const found = [listed('ada', { status: 'removed', recoverable: true })];
      const gone = await recordAnswers({
        db: team.db,
        syncId,
        emailHoldMs: HOLD_MS,
        seenAt: at(11),
        found,
        gone: [],
      });
      assert.equal(gone, 1);
      assert.equal((await team.member('ada')).recoverable, true);
      assert.deepEqual(
        (await team.claims()).map(({ emailKey }) => emailKey),
        ['ada@corp.example'],
      );
    });

    it('adds up over several rounds, and leaves whoever was read back meanwhile', async () => {
      await team.sync(1, [listed('ada'), listed('bob')]);
      const { syncId } = await team.compare(10, []);
      await answers(syncId, { gone: ['ada'] });
      await rememberMember({
        db: team.db,
        connectionId: team.connectionId,
        member: listed('bob'),
        seenAt: at(30),
      });
      assert.equal(await answers(syncId, { gone: ['bob'], minute: 12 }), 2);
      assert.equal((await team.member('bob')).status, 'active');
    });
  });
});
