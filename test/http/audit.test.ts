import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { type WorkflowHistories, workflowHistories } from '../../src/commands/person-histories.ts';
import type { ExportedRun } from '../../src/domain/audit-export.ts';
import { freePort } from '../../src/main/ports.ts';
import { orderEntries } from '../../src/store/record/order-entries.ts';
import { addConnection, addPerson, addSeat } from '../read-model/records.ts';
import { type RunningApi, startApi } from './running-api.ts';

const EVENT = { type: 'joiner', person: { externalId: 'E1', email: 'ada@corp.example', givenName: 'Ada' } };

describe('the audit log over HTTP', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const send = async (...ids: string[]): Promise<void> => {
    const { status } = await api.call('POST /v1/events', { body: ids.map((id) => ({ id, ...EVENT })) });
    assert.equal(status, 202);
    await orderEntries(api);
  };

  it('lists what was said and who signed in, with names in clear for those who may read', async () => {
    await send('evt-1');
    const { status, json } = await api.call('GET /v1/audit');
    assert.equal(status, 200);
    assert.deepEqual(
      json.items.map(({ position, kind, actor }: Record<string, unknown>) => [position, kind, actor]),
      [
        [0, 'sign_in', 'admin-key'],
        [1, 'fact', 'admin-key'],
      ],
    );
    const [, fact] = json.items;
    assert.deepEqual(fact.personal, { email: 'ada@corp.example', givenName: 'Ada' });
    assert.deepEqual([fact.summary, fact.cause, fact.person], ['Joins.', 'events evt-1', 'E1']);
    assert.match(fact.leafHash, /^[0-9a-f]{64}$/);
    assert.equal('leaf' in fact, false);
  });

  it('pages, and narrows by kind, person and time', async () => {
    await send(...Array.from({ length: 5 }, (_, i) => `evt-${i}`));
    const seen: number[] = [];
    let path = '/v1/audit?person=E1&kind=fact&limit=2';
    for (;;) {
      const { json } = await api.call(`GET ${path}`);
      seen.push(...json.items.map(({ position }: { position: number }) => position));
      if (json.nextCursor === null) break;
      path = `/v1/audit?person=E1&kind=fact&limit=2&cursor=${json.nextCursor}`;
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    const none = await api.call('GET /v1/audit?to=2020-01-01T00:00:00Z');
    assert.deepEqual(none.json, { items: [], nextCursor: null });
  });

  for (const [query, status, field] of [
    ['kind=rumour', 400, 'kind'],
    ['from=yesterday', 400, 'from'],
    ['limit=0', 400, 'limit'],
    ['cursor=xyz', 400, 'cursor'],
    ['who=E1', 400, 'who'],
    ['connection=nowhere', 404, null],
  ] as const) {
    it(`answers ${status} to ${query}`, async () => {
      const answer = await api.call(`GET /v1/audit?${query}`);
      assert.equal(answer.status, status);
      assert.ok(answer.json.nextStep);
      assert.equal(answer.json.errors?.[0]?.field ?? null, field);
    });
  }

  it('is for those who may read, and not for senders of events', async () => {
    const key = async (role: string): Promise<string> =>
      (await api.call('POST /v1/api-keys', { body: { name: role, role } })).json.key;
    const [auditor, hr] = [await key('auditor'), await key('hr')];
    for (const path of ['/v1/audit', '/v1/audit/export']) {
      assert.equal((await api.call(`GET ${path}`, { key: auditor })).status, 200);
      assert.equal((await api.call(`GET ${path}`, { key: hr })).status, 403);
    }
  });

  it('is exported without a person as lines, each with its bytes', async () => {
    await send('evt-1', 'evt-2');
    const { headers, text } = await api.call('GET /v1/audit/export?kind=fact');
    assert.match(headers.get('content-type') ?? '', /^application\/x-ndjson/);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ cause, leaf }) => [
        cause,
        JSON.parse(Buffer.from(leaf, 'base64').toString()).data.eventId,
      ]),
      [
        ['events evt-1', 'evt-1'],
        ['events evt-2', 'evt-2'],
      ],
    );
    assert.equal((await api.call('GET /v1/audit/export?to=2020-01-01T00:00:00Z')).text, '');
  });

  it('has nothing to export of somebody nobody knows', async () => {
    const { status, json } = await api.call('GET /v1/audit/export?person=E404');
    assert.deepEqual([status, json.code], [404, 'not_found']);
  });
});

describe('the export of a person over HTTP', () => {
  const RUN: ExportedRun = {
    workflowId: 'user-lifecycle/con_corp/E1',
    runId: 'run-1',
    workflowType: 'userLifecycle',
    startedAt: '2026-11-22T09:00:00.000Z',
    closedAt: null,
    status: 'RUNNING',
  };
  const withHistories = async (
    histories: WorkflowHistories,
    use: (api: RunningApi) => Promise<void>,
  ): Promise<void> => {
    const api = await startApi({ deps: { histories } });
    try {
      const { db } = api;
      await addPerson({ db, externalId: 'E1' });
      await addSeat({ db, connectionId: await addConnection({ db }), personId: 'E1' });
      await use(api);
    } finally {
      await api.close();
    }
  };

  it('is refused while Temporal is away, with a next step', async () => {
    const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
    const client = new Client({ connection });
    try {
      await withHistories(workflowHistories({ client, codec: { decode: async (p) => p } }), async (api) => {
        const { status, json, headers } = await api.call('GET /v1/audit/export?person=E1');
        assert.deepEqual([status, json.code], [503, 'temporal_unavailable']);
        assert.ok(json.nextStep && headers.get('retry-after'));
      });
    } finally {
      await connection.close();
    }
  }).timeout(20_000);

  it('names runs whose history is gone', async () => {
    const histories: WorkflowHistories = {
      runsOf: async () => [RUN],
      historyOf: async () => ({ problem: 'no_longer_kept' }),
    };
    await withHistories(histories, async (api) => {
      const { json } = await api.call('GET /v1/audit/export?person=E1');
      assert.deepEqual(json.histories, [{ ...RUN, problem: 'no_longer_kept' }]);
      assert.deepEqual([json.complete, json.seats.length], [true, 1]);
    });
  });

  it('asks for the histories of one connection only, and says in the file that it is not all', async () => {
    const asked: string[][] = [];
    const histories: WorkflowHistories = {
      runsOf: async (ids) => {
        asked.push([...ids]);
        return [];
      },
      historyOf: async () => ({ problem: 'no_longer_kept' }),
    };
    await withHistories(histories, async (api) => {
      const { db } = api;
      await addSeat({ db, connectionId: await addConnection({ db, slug: 'other' }), personId: 'E1' });
      const { json } = await api.call('GET /v1/audit/export?person=E1&connection=other&kind=fact');
      assert.deepEqual(json.filter, { connection: 'other', kind: 'fact' });
      assert.deepEqual(asked, [['user-lifecycle/con_other/E1']]);
    });
  });

  it('is cut off, and not ended, when a history fails midway', async () => {
    const histories: WorkflowHistories = {
      runsOf: async () => [RUN, RUN],
      historyOf: async ({ runId }) => {
        throw new Error(`no history of ${runId}`);
      },
    };
    await withHistories(histories, async (api) => {
      await assert.rejects(api.call('GET /v1/audit/export?person=E1'));
      assert.equal((await api.call('GET /healthz')).status, 200);
      assert.match(api.logged.join(''), /unexpected error/);
      assert.doesNotMatch(api.logged.join(''), /no history of/);
    });
  });
});
