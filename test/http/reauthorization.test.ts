import assert from 'node:assert/strict';
import { connections, grants, outbox, people, seats } from '../../drizzle/schema.ts';
import type { PlanStep } from '../../src/domain/plan.ts';
import { arrive, connect, pressAtDropbox } from './connect-steps.ts';
import { type RunningApi, startApi } from './running-api.ts';

describe('a reauthorisation', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  it('replaces the grant, mends the connection and wakes seats that waited for it', async () => {
    const { id } = await connect({ api, access: 'read' });
    const [before] = await api.db.select().from(grants);
    const problem = { code: 'grant_revoked', detail: 'Gone.', nextStep: 'Reauthorise.' };
    await api.db.update(connections).set({ status: 'broken', brokenCause: problem });
    await api.db.update(grants).set({ accessToken: 'test.sealed', accessTokenExpiresAt: new Date() });
    await addSeats(id);
    await api.db.delete(outbox);
    const shown = (await api.call(`GET /v1/connections/${id}`)).json;
    assert.deepEqual(
      [shown.status, shown.problem.code, shown.sync.nextAt],
      ['broken', 'grant_revoked', null],
    );

    const begun = await api.call(`POST /v1/connections/${id}/reauthorizations`);
    assert.equal(begun.status, 201, begun.text);
    await arrive((await pressAtDropbox({ authorizeUrl: begun.json.authorizeUrl, as: 'admin:0' })) ?? '');

    const after = (await api.call(`GET /v1/connections/${id}`)).json;
    assert.deepEqual([after.status, after.access, after.problem], ['connected', 'provision', undefined]);
    const [grant] = await api.db.select().from(grants);
    assert.notEqual(grant?.refreshToken, before?.refreshToken);
    assert.deepEqual([grant?.accessToken, grant?.accessTokenExpiresAt], [null, null]);
    const told = await api.db.select().from(outbox).orderBy(outbox.subjectId);
    assert.deepEqual(
      told.map(({ kind, subjectId, priority }) => [kind, subjectId, priority]),
      [
        ['seat', 'seat_leaves', 0],
        ['seat', 'seat_stays', 2],
      ],
    );
    const { json } = await api.call(`GET /v1/authorizations/${begun.json.id}`);
    assert.deepEqual([json.status, json.connection], ['granted', 'corp-dropbox']);
    const saved = await api.call('POST /v1/connections', {
      body: { authorizationId: begun.json.id, name: 'Twice' },
    });
    assert.equal(saved.status, 404);
  });

  it('keeps the old grant when another team was chosen, or when it was refused', async () => {
    const { id } = await connect({ api });
    const [before] = await api.db.select().from(grants);
    for (const [as, code] of [
      ['admin:1', 'wrong_team'],
      ['refuse', 'access_denied'],
    ] as const) {
      const begun = (await api.call(`POST /v1/connections/${id}/reauthorizations`)).json;
      await arrive((await pressAtDropbox({ authorizeUrl: begun.authorizeUrl, as })) ?? '');
      const { json } = await api.call(`GET /v1/authorizations/${begun.id}`);
      assert.deepEqual([json.status, json.problem.code], ['refused', code]);
    }
    const [after] = await api.db.select().from(grants);
    assert.deepEqual(after, before);
  });

  async function addSeats(connectionId: string) {
    const now = new Date();
    const waiting = { kind: 'connection' as const, since: now.toISOString() };
    for (const [name, desired, wait] of [
      ['stays', 'member', waiting],
      ['leaves', 'none', waiting],
      ['other', 'member', null],
    ] as const) {
      await api.db.insert(people).values({ externalId: name, ref: name, slices: [] });
      const steps: PlanStep[] = [{ at: now.toISOString(), desired, profileRevision: null, cause: null }];
      await api.db.insert(seats).values({
        id: `seat_${name}`,
        connectionId,
        personId: name,
        workflowId: name,
        plan: { version: 1, steps },
        planVersion: 1,
        waiting: wait,
      });
    }
  }
});
