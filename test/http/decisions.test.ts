/** What an operator decides, over HTTP: what is answered, refused and put on record. What comes of it: test/workflows. */
import assert from 'node:assert/strict';
import { connect } from './connect-steps.ts';
import { type RunningApi, startApi } from './running-api.ts';

const SEAT = '/v1/people/E100/seats/corp-dropbox';
const CONNECTION = '/v1/connections/corp-dropbox';

describe('decisions', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
    await connect({ api });
    await api.call(`PUT ${CONNECTION}/assignments`, { body: { everyone: true } });
    const person = { externalId: 'E100', email: 'ada@corp.example' };
    await api.call('POST /v1/events', { body: { id: 'e1', type: 'joiner', person } });
  });
  after(() => api.close());

  const seat = async () => (await api.call('GET /v1/people/E100')).json.seats[0];
  const refused = async (call: string, status = 409): Promise<void> => {
    const answer = await api.call(`POST ${call}`);
    assert.equal(answer.status, status, `${call}: ${answer.text}`);
    assert.ok(answer.json.detail && answer.json.nextStep);
  };

  it('of a pause give the seat a new plan, and are refused when they change nothing', async () => {
    const { planVersion } = await seat();
    await refused(`${SEAT}/resume`);
    const paused = await api.call(`POST ${SEAT}/pause`);
    assert.deepEqual([paused.status, paused.json], [202, { planVersion: planVersion + 1 }]);
    await refused(`${SEAT}/pause`);
    await refused(`${SEAT}/retry`);
    const resumed = await api.call(`POST ${SEAT}/resume`);
    assert.deepEqual([resumed.status, resumed.json], [202, { planVersion: planVersion + 2 }]);
    assert.equal((await seat()).planVersion, planVersion + 2);
  });

  it('are refused where there is nothing to decide, nobody, or somebody else’s role', async () => {
    for (const decision of ['approve', 'adopt', 'retry', 'recover']) await refused(`${SEAT}/${decision}`);
    for (const decision of ['approve', 'adopt', 'retry', 'recover', 'pause', 'resume']) {
      await refused(`/v1/people/nobody/seats/corp-dropbox/${decision}`, 404);
      await refused(`/v1/people/E100/seats/nowhere/${decision}`, 404);
    }
    const { json } = await api.call('POST /v1/api-keys', { body: { name: 'HR', role: 'hr' } });
    for (const path of [SEAT, CONNECTION]) {
      assert.equal((await api.call(`POST ${path}/pause`, { key: json.key })).status, 403);
    }
  });

  it('stand in the timeline, with who decided', async () => {
    const { json } = await api.call('GET /v1/people/E100/timeline');
    const said = json.items
      .filter(({ kind }: { kind: string }) => kind === 'decision')
      .map(({ actor, summary }: { actor: string; summary: string }) => [actor, summary]);
    assert.deepEqual(said, [
      ['admin-key', 'Paused the seat (corp-dropbox).'],
      ['admin-key', 'Resumed the seat (corp-dropbox).'],
    ]);
  });

  it('of a pause of the connection show in its status, and keep syncs from beginning', async () => {
    await refused(`${CONNECTION}/resume`);
    const paused = await api.call(`POST ${CONNECTION}/pause`);
    assert.deepEqual([paused.status, paused.json.status], [202, 'paused']);
    await refused(`${CONNECTION}/pause`);
    const taken = await api.call('POST /v1/events', {
      body: { id: 'e2', type: 'leaver', person: { externalId: 'E100' } },
    });
    assert.equal(taken.status, 202);
    const resumed = await api.call(`POST ${CONNECTION}/resume`);
    assert.deepEqual([resumed.status, resumed.json.status], [202, 'connected']);
  });
});
