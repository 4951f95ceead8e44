import assert from 'node:assert/strict';
import { type RunningApi, startApi } from './running-api.ts';

describe('the API describes itself', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());

  it('as OpenAPI 3.1, without a key', async () => {
    const { status, json } = await api.call('GET /openapi.json', { key: null });
    assert.equal(status, 200);
    assert.equal(json.openapi, '3.1.0');
    assert.deepEqual(json.servers, [{ url: '/' }]);
    assert.ok(json.components.schemas.Problem);
  });

  it('with every call that the design fixes for this far', async () => {
    const { json } = await api.call('GET /openapi.json');
    const calls = Object.entries<Record<string, unknown>>(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const connection = '/v1/connections/{connection}';
    assert.deepEqual(
      calls.sort(),
      [
        `DELETE /v1/api-keys/{id}`,
        `DELETE ${connection}`,
        'GET /v1/api-keys',
        'GET /v1/authorizations/{id}',
        'GET /v1/connections',
        `GET ${connection}`,
        `GET ${connection}/assignments`,
        `GET ${connection}/licences`,
        `GET ${connection}/members`,
        `GET ${connection}/provisioning`,
        `GET ${connection}/seats`,
        `GET ${connection}/syncs`,
        'GET /v1/audit',
        'GET /v1/audit/export',
        'GET /v1/email-holds',
        'GET /v1/groups',
        'GET /v1/people',
        'GET /v1/people/{externalId}',
        'GET /v1/people/{externalId}/timeline',
        'POST /v1/api-keys',
        'POST /v1/authorizations',
        'POST /v1/connections',
        `POST ${connection}/pause`,
        `POST ${connection}/reauthorizations`,
        `POST ${connection}/resume`,
        `POST ${connection}/syncs`,
        'POST /v1/events',
        ...['adopt', 'approve', 'pause', 'recover', 'resume', 'retry'].map(
          (decision) => `POST /v1/people/{externalId}/seats/{connection}/${decision}`,
        ),
        `PUT ${connection}/assignments`,
        `PUT ${connection}/provisioning`,
        'PUT /v1/groups/{name}',
        'PUT /v1/people/{externalId}',
      ].sort(),
    );
  });

  it('with bodies, roles and problems at each call', async () => {
    const { json } = await api.call('GET /openapi.json');
    const events = json.paths['/v1/events'].post;
    assert.match(events.description, /Roles: admin, operator, hr\./);
    assert.equal(events.requestBody.required, true);
    const [one, ...others] = events.requestBody.content['application/json'].schema.anyOf;
    assert.equal(one.$ref, '#/components/schemas/PersonEvent');
    assert.equal(others.at(-1).type, 'array');
    for (const [path, methods] of Object.entries<Record<string, Record<string, object>>>(json.paths)) {
      for (const [method, call] of Object.entries(methods)) {
        const responses = Object.keys(call.responses ?? {});
        for (const status of ['400', '401', '403', '429'])
          assert.ok(responses.includes(status), `${method} ${path}`);
      }
    }
    const settings = json.components.schemas.Settings;
    assert.equal(settings.properties.drift.default, 'ask');
  });

  it('on a page that takes everything from ourselves', async () => {
    const page = await api.call('GET /docs', { key: null });
    assert.equal(page.status, 200);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    assert.equal(sources.length, 4);
    for (const source of sources) {
      assert.match(source, /^\/docs\//);
      assert.equal((await api.call(`GET ${source}`, { key: null })).status, 200);
    }
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('to whoever opens the bare address in a browser', async () => {
    const { status, headers } = await api.call('GET /', { key: null });
    assert.deepEqual([status, headers.get('location')], [302, '/docs']);
    assert.equal((await api.call('POST /', { key: null })).status, 405);
  });
});
