import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import { connections, syncs } from '../../../drizzle/schema.ts';
import { beginSync } from '../../../src/store/sync/begin-sync.ts';
import { commitPage } from '../../../src/store/sync/commit-page.ts';
import { closeAsFailed, closeAsSucceeded } from '../../../src/store/sync/end-sync.ts';
import { SyncNotRunning } from '../../../src/store/sync/running-sync.ts';
import { inTransaction } from '../../../src/store/transaction.ts';
import { at, listed, type RecordedTeam, recordedTeam } from './recorded-team.ts';

describe('the beginning of a sync', () => {
  let team: RecordedTeam;
  beforeEach(async () => {
    team = await recordedTeam();
  });
  afterEach(() => team.drop());

  const begin = (workflowId: string, runId: string) =>
    beginSync({ db: team.db, connectionId: team.connectionId, workflowId, runId });

  const begun = async (workflowId: string, runId: string): Promise<string> => {
    const answer = await begin(workflowId, runId);
    assert.ok('syncId' in answer, JSON.stringify(answer));
    return answer.syncId;
  };

  it('takes the run that waits in the queue', async () => {
    const { db, connectionId } = team;
    await db.insert(syncs).values({ id: 'sync_queued', connectionId, status: 'queued' });
    assert.equal(await begun('w', 'r'), 'sync_queued');
    const row = await team.syncRow('sync_queued');
    assert.deepEqual([row.status, row.workflowId, row.runId], ['running', 'w', 'r']);
  });

  it('gives the same run to an activity that is tried again', async () => {
    assert.equal(await begun('w', 'r'), await begun('w', 'r'));
  });

  it('says which other run is under way', async () => {
    const first = await begun('w1', 'r1');
    assert.deepEqual(await begin('w2', 'r2'), { underWay: first });
  });

  it('lets one of two through that begin at the same moment', async () => {
    const answers = await Promise.all([begin('w1', 'r1'), begin('w2', 'r2'), begin('w3', 'r3')]);
    assert.equal(answers.filter((answer) => 'syncId' in answer).length, 1);
    assert.equal(answers.filter((answer) => 'underWay' in answer).length, 2);
  });

  it('closes a run that showed no sign of life for ten minutes, throws its pages away and goes on', async () => {
    const stale = await begun('w1', 'r1');
    const page = { askedWith: null, cursor: 'c1', hasMore: true, fetchedAt: at(1), members: [listed('ada')] };
    await commitPage({ db: team.db, syncId: stale, page });
    await team.db.update(syncs).set({ progressAt: sql`now() - interval '11 minutes'` });
    const next = await begun('w2', 'r2');
    assert.notEqual(next, stale);
    const row = await team.syncRow(stale);
    assert.deepEqual([row.status, row.problem?.code], ['failed', 'sync_interrupted']);
    assert.ok(row.finishedAt);
    assert.equal(await team.staged(), 0);
  });

  it('takes the run before for over when its own workflow runs again', async () => {
    const first = await begun('w', 'r1');
    const second = await begun('w', 'r2');
    assert.notEqual(second, first);
    assert.equal((await team.syncRow(first)).status, 'failed');
  });

  it('does nothing for a connection that is being disconnected, or is unknown', async () => {
    await team.db.update(connections).set({ status: 'disconnecting' });
    assert.deepEqual(await begin('w', 'r'), { ended: team.connectionId });
    const unknown = await beginSync({ db: team.db, connectionId: 'con_none', workflowId: 'w', runId: 'r' });
    assert.deepEqual(unknown, { ended: 'con_none' });
  });

  it('estimates by the members of the last time', async () => {
    await team.sync(1, [listed('ada'), listed('bob')]);
    assert.equal((await team.syncRow(await begun('w', 'r'))).total, 3);
  });

  describe('and its end', () => {
    it('keeps the first end of a run, whoever comes later', async () => {
      const { db } = team;
      const syncId = await begun('w', 'r');
      await inTransaction(db, (tx) => closeAsFailed({ tx, syncId, code: 'grant_revoked' }));
      await inTransaction(db, (tx) => closeAsFailed({ tx, syncId, code: 'internal' }));
      assert.equal((await team.syncRow(syncId)).problem?.code, 'grant_revoked');
      await assert.rejects(closeAsSucceeded({ db, syncId, report: { members: 1 } }), SyncNotRunning);
      assert.equal((await team.syncRow(syncId)).status, 'failed');
    });

    it('can be told twice that a run succeeded', async () => {
      const { db } = team;
      const syncId = await begun('w', 'r');
      await closeAsSucceeded({ db, syncId, report: { members: 7 } });
      await closeAsSucceeded({ db, syncId, report: { members: 7 } });
      const [row] = await db.select().from(syncs).where(eq(syncs.id, syncId));
      assert.deepEqual([row?.status, row?.phase, row?.report], ['succeeded', 'done', { members: 7 }]);
    });
  });
});
