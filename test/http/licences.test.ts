import assert from 'node:assert/strict';
import {
  addActivity,
  addActivityLog,
  addConnection,
  addLicences,
  addMember,
  addSettings,
  daysAgo,
} from '../read-model/records.ts';
import { type RunningApi, startApi } from './running-api.ts';

const today = (): string => new Date().toISOString().slice(0, 10);

describe('finance sees over HTTP', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
    const { db } = api;
    const connectionId = await addConnection({ db });
    await addSettings({ db, connectionId, settings: {} });
    const member = (id: string, status: 'active' | 'suspended') =>
      addMember({ db, connectionId, teamMemberId: `dbmid:${id}`, status, joinedAt: daysAgo(400) });
    await member('busy', 'active');
    await member('idle', 'active');
    await member('suspended', 'suspended');
    await addActivityLog({ db, connectionId });
    await addActivity({ db, connectionId, teamMemberId: 'dbmid:busy', lastActivityAt: daysAgo(1) });
    await addLicences({ db, connectionId, date: today(), purchased: 10, provisioned: 4, used: 3 });
    await addConnection({ db, slug: 'new' });
  });
  after(() => api.close());

  it('what was bought, is used and is wasted', async () => {
    const { status, json } = await api.call('GET /v1/connections/corp/licences');
    assert.equal(status, 200);
    const { purchased, provisioned, used, available, wasted, suspended, dormant } = json;
    assert.deepEqual(
      { purchased, provisioned, used, available, wasted, suspended, dormant },
      { purchased: 10, provisioned: 4, used: 3, available: 7, wasted: 2, suspended: 1, dormant: 1 },
    );
    assert.deepEqual(json.history, [{ date: today(), purchased: 10, used: 3 }]);
    assert.equal(json.forecast.length, 90);
    const connection = await api.call('GET /v1/connections/corp');
    assert.deepEqual([connection.json.licences.wasted, connection.json.dormant], [2, 1]);
  });

  it('the days of the history that are asked for, and what is wrong with others', async () => {
    const range = await api.call('GET /v1/connections/corp/licences?from=2026-01-01&to=2026-01-31');
    assert.deepEqual([range.status, range.json.history], [200, []]);
    for (const query of ['from=yesterday', 'to=2026-02-30', 'from=2026-01-01T00:00:00Z', 'to=0001-01-01']) {
      const answer = await api.call(`GET /v1/connections/corp/licences?${query}`);
      assert.deepEqual([answer.status, answer.json.code], [400, 'bad_request'], query);
    }
  });

  it('nothing, with the reason, before the first sync', async () => {
    const { status, json } = await api.call('GET /v1/connections/new/licences');
    assert.deepEqual([status, json.purchased, json.wasted, json.dormant], [200, null, null, null]);
    assert.equal(json.problem.code, 'licences_not_counted');
    assert.equal((await api.call('GET /v1/connections/none/licences')).status, 404);
  });

  it('who is dormant, with the last activity and its source', async () => {
    const list = async (query: string) =>
      (await api.call(`GET /v1/connections/corp/members?${query}`)).json.items;
    const dormant = await list('dormant=true');
    assert.deepEqual(
      dormant.map(({ teamMemberId, lastActivityAt }: Record<string, unknown>) => [
        teamMemberId,
        lastActivityAt,
      ]),
      [['dbmid:idle', null]],
    );
    const [busy, ...others] = await list('dormant=false');
    assert.deepEqual([busy.teamMemberId, busy.lastActivitySource], ['dbmid:busy', 'audit_log/login_success']);
    assert.equal(others.length, 0);
    assert.equal((await api.call('GET /v1/connections/corp/members?dormant=perhaps')).status, 400);
  });
});
