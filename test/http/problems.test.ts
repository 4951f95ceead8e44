import assert from 'node:assert/strict';
import { connect as connectSocket, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { openDatabase } from '../../src/store/database.ts';
import { type Answer, type CallOptions, type RunningApi, startApi } from './running-api.ts';

const JOINER = { id: 'e1', type: 'joiner', person: { externalId: 'E1', email: 'e1@corp.example' } };

describe('what cannot be done is answered as a problem', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());

  function isProblem(answer: Answer, { status, code }: { status: number; code: string }): void {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const { json } = answer;
    assert.deepEqual([json.status, json.code, json.type], [status, code, `urn:seatkeeper:problem:${code}`]);
    assert.equal(json.requestId, answer.headers.get('x-request-id'));
    for (const field of ['title', 'detail', 'nextStep']) assert.ok(json[field].length > 10, field);
  }

  const send = (raw: string | Uint8Array, options: CallOptions = {}) =>
    api.call('POST /v1/events', { raw, ...options });

  it('for bad JSON, another type, another encoding and a body that is too large', async () => {
    isProblem(await send('{"id":'), { status: 400, code: 'bad_json' });
    const text = { headers: { 'content-type': 'text/plain' } };
    isProblem(await send('hello', text), { status: 415, code: 'unsupported_media_type' });
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    isProblem(await send('a=b', form), { status: 415, code: 'unsupported_media_type' });
    const latin = { headers: { 'content-type': 'application/json; charset=latin1' } };
    isProblem(await send('{}', latin), { status: 415, code: 'unsupported_media_type' });
    const odd = { headers: { 'content-encoding': 'compress' } };
    isProblem(await send('{}', odd), { status: 415, code: 'unsupported_media_type' });
    isProblem(await send(`["${'x'.repeat(1_048_576)}"]`), { status: 413, code: 'body_too_large' });
    const bomb = gzipSync(`["${'x'.repeat(50_000_000)}"]`);
    const zipped = { headers: { 'content-encoding': 'gzip' } };
    isProblem(await send(bomb, zipped), { status: 413, code: 'body_too_large' });
    const broken = { headers: { 'content-encoding': 'gzip' } };
    isProblem(await send('not gzip', broken), { status: 400, code: 'bad_request' });
  });

  it('for wrong methods, with those that are right', async () => {
    const answer = await api.call('PATCH /v1/connections/corp');
    isProblem(answer, { status: 405, code: 'method_not_allowed' });
    assert.equal(answer.headers.get('allow'), 'GET, HEAD, DELETE');
    const events = await api.call('GET /v1/events');
    assert.deepEqual([events.status, events.headers.get('allow')], [405, 'POST']);
    assert.equal((await api.call('PUT /openapi.json')).status, 405);
    assert.equal((await api.call('POST /oauth/dropbox/callback')).status, 405);
  });

  it('for unknown paths and unreadable ones', async () => {
    isProblem(await api.call('GET /v2/people'), { status: 404, code: 'unknown_path' });
    isProblem(await api.call('GET /v1/nothing'), { status: 404, code: 'unknown_path' });
    isProblem(await api.call('GET /v1/people/%E0%A4%A'), { status: 400, code: 'bad_request' });
  });

  it('for missing, malformed and unknown keys', async () => {
    const none = await api.call('GET /v1/connections', { key: null });
    isProblem(none, { status: 401, code: 'unauthenticated' });
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="seatkeeper"');
    const wrong = await api.call('GET /v1/connections', { key: 'sk_wrong' });
    assert.match(wrong.headers.get('www-authenticate') ?? '', /invalid_token/);
    isProblem(wrong, { status: 401, code: 'unauthenticated' });
    const basic = await api.call('GET /v1/people', { key: null, headers: { authorization: 'Basic YTpi' } });
    isProblem(basic, { status: 401, code: 'unauthenticated' });
  });

  it('for fields nobody knows, naming them', async () => {
    const answer = await send(
      JSON.stringify({ ...JOINER, colour: 'red', person: { ...JOINER.person, age: 3 } }),
    );
    isProblem(answer, { status: 422, code: 'invalid' });
    const fields = answer.json.errors.map(({ field }: { field: string }) => field).sort();
    assert.deepEqual(fields, ['colour', 'person.age']);
    const connection = await api.call('POST /v1/connections', { body: { authorizationId: 'a', nmae: 'x' } });
    isProblem(connection, { status: 422, code: 'invalid' });
    assert.deepEqual(connection.json.errors, [
      { field: 'name', detail: 'is required' },
      { field: 'nmae', detail: 'is not a known field' },
    ]);
    const proto = await send(
      '{"id":"e","type":"leaver","person":{"externalId":"E","__proto__":{"email":"x"}}}',
    );
    isProblem(proto, { status: 422, code: 'invalid' });
  });

  it('for bodies that are JSON and no object', async () => {
    for (const raw of ['null', '"text"', '7', 'true', '[]', '[[]]', '{"a":[[[[[]]]]]}']) {
      const answer = await send(raw);
      assert.ok(answer.status === 422 || (raw === '[[]]' && answer.status === 202), `${raw} ${answer.text}`);
    }
    isProblem(await api.call('POST /v1/connections', { raw: '[1]' }), { status: 422, code: 'invalid' });
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const headers = { 'idempotency-key': 'deep' };
    assert.equal((await api.call('POST /v1/connections', { raw: deep, headers })).status, 422);
    assert.ok((await send(deep, { headers })).status < 500);
    assert.ok((await send(`[{"id":"x","type":${deep}}]`)).status < 500);
  });

  it('for queries that make no sense', async () => {
    const bad = [
      'limit=0',
      'limit=1001',
      'limit=ten',
      'limit=1.5',
      'limit=-1',
      'cursor=nonsense',
      'cursor=W10',
      'limit=1&limit=2',
      'colour=red',
      'cursor=%00',
      'q=%00',
    ];
    for (const query of bad) {
      const answer = await api.call(`GET /v1/people?${query}`);
      isProblem(answer, { status: 400, code: 'bad_request' });
      assert.ok(answer.json.errors.length > 0, query);
    }
    assert.equal((await api.call('GET /v1/people?limit=1000&cursor=&q=')).status, 200);
    // A cursor with a NUL, a half surrogate, an odd time: nothing that PostgreSQL should see.
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const keys of [['\0'], ['\ud800'], [7], ['a', 'b'], {}, null]) {
      const answer = await api.call(`GET /v1/people?cursor=${forged(keys)}`);
      isProblem(answer, { status: 400, code: 'bad_request' });
    }
    for (const at of [
      'yesterday',
      '2026',
      'Infinity',
      '+275760-09-13T00:00:00.000Z',
      '2026-02-31T00:00:00.000Z',
    ]) {
      const answer = await api.call(`GET /v1/api-keys?cursor=${forged([at, 'x'])}`);
      isProblem(answer, { status: 400, code: 'bad_request' });
    }
  });

  it('for characters that cannot be stored, wherever they come', async () => {
    const spoilt = ['a\0b', '\ud800', 'a\udc00', '\u0001', 'x'.repeat(5_000)];
    for (const text of spoilt) {
      const person = { externalId: text, email: 'a@corp.example' };
      for (const body of [
        { ...JOINER, id: text },
        { ...JOINER, person },
        { ...JOINER, person: { ...JOINER.person, surname: text } },
        { ...JOINER, person: { ...JOINER.person, groups: [text] } },
        { ...JOINER, person: { ...JOINER.person, timeZone: text } },
        { ...JOINER, person: { ...JOINER.person, email: `${text}@corp.example` } },
        { id: 'c', type: 'cancellation', cancels: text },
      ]) {
        isProblem(await api.call('POST /v1/events', { body }), { status: 422, code: 'invalid' });
      }
      const path = encodeURIComponent(Buffer.from(text).toString()).slice(0, 6_000);
      for (const request of [`PUT /v1/people/${path}`, `PUT /v1/groups/${path}`]) {
        const answer = await api.call(request, { body: {} });
        // A half surrogate cannot be written in a URL: what arrives is a replacement character, which is text.
        assert.ok(answer.status === 422 || text.includes('\ud800') || text.includes('\udc00'), answer.text);
      }
      const known = await api.call(`GET /v1/connections/${path}/members`);
      assert.equal(known.status, 404);
      assert.equal((await api.call(`DELETE /v1/api-keys/${path}`)).status, 404);
      assert.equal((await api.call(`GET /v1/authorizations/${path}`)).status, 404);
    }
    assert.equal((await api.call('POST /v1/api-keys', { body: { name: 'a\0', role: 'hr' } })).status, 422);
    const header = await api.call('POST /v1/authorizations', { headers: { 'idempotency-key': 'a b' } });
    isProblem(header, { status: 400, code: 'bad_request' });
  });

  it('for times that nobody can mean', async () => {
    for (const effectiveAt of [
      'tomorrow',
      '2026-13-01',
      '2026-02-30',
      '0000-01-01',
      '9999-12-31',
      '2026-11-22T09:00:00',
      '2026-11-22T25:00:00Z',
      7,
      null,
    ]) {
      const answer = await api.call('POST /v1/events', { body: { ...JOINER, effectiveAt } });
      isProblem(answer, { status: 422, code: 'invalid' });
      assert.equal(answer.json.errors[0].field, 'effectiveAt');
    }
  });

  it('for a role that is not enough', async () => {
    const keyOf = async (role: string) =>
      (await api.call('POST /v1/api-keys', { body: { name: role, role } })).json.key;
    const allowed: Record<string, string[]> = {
      operator: [
        'GET /v1/people',
        'GET /v1/connections',
        'GET /v1/email-holds',
        'POST /v1/authorizations',
        'POST /v1/events',
        'PUT /v1/people/R1',
      ],
      hr: ['POST /v1/events'],
      scim: [],
      auditor: ['GET /v1/people', 'GET /v1/connections', 'GET /v1/email-holds'],
    };
    const all = [
      'GET /v1/people',
      'GET /v1/connections',
      'GET /v1/email-holds',
      'POST /v1/authorizations',
      'POST /v1/events',
      'PUT /v1/people/R1',
      'GET /v1/api-keys',
      'POST /v1/api-keys',
      'PUT /v1/connections/x/provisioning',
    ];
    for (const [role, may] of Object.entries(allowed)) {
      const key = await keyOf(role);
      for (const request of all) {
        const answer = await api.call(request, { key, ...(request.startsWith('GET') ? {} : { body: {} }) });
        if (may.includes(request))
          assert.ok(answer.status < 500 && answer.status !== 403, `${role} ${request}`);
        else isProblem(answer, { status: 403, code: 'forbidden' });
      }
    }
  });

  it('takes over a harmless request id and replaces any other', async () => {
    const kept = await api.call('GET /healthz', { headers: { 'x-request-id': 'abc-123' } });
    assert.equal(kept.headers.get('x-request-id'), 'abc-123');
    const made = await api.call('GET /healthz', { headers: { 'x-request-id': 'a b\tc' } });
    assert.match(made.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('survives what is hardly HTTP', async () => {
    const { port } = new URL(api.url);
    const answer = await new Promise<string>((done, fail) => {
      const socket = connectSocket(Number(port), '127.0.0.1', () =>
        socket.write('GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => done(text));
      socket.on('error', fail);
    });
    assert.match(answer, /^HTTP\/1\.1 400/);
    assert.equal((await api.call('GET /healthz')).status, 200);
  });

  it('says nothing of what was sent in the log', async () => {
    await api.call('POST /v1/events', {
      body: { ...JOINER, person: { ...JOINER.person, email: 'secret name@x' } },
    });
    await api.call('GET /v1/people?q=secret-search');
    assert.doesNotMatch(api.logged.join(''), /secret/);
  });
});

describe('while the database is away', () => {
  it('answers 503, says when to come again, and is not ready', async () => {
    const { host, port } = await deadAddress();
    const db = openDatabase({ url: `postgres://nobody@${host}:${port}/none` });
    const api = await startApi({ deps: { db } });
    try {
      const answer = await api.call('POST /v1/events', { body: JOINER });
      assert.deepEqual([answer.status, answer.json.code], [503, 'database_unavailable']);
      assert.equal(answer.headers.get('retry-after'), '5');
      const ready = await api.call('GET /readyz', { key: null });
      assert.deepEqual([ready.status, ready.json.parts.database], [503, 'unreachable']);
      assert.equal((await api.call('GET /healthz', { key: null })).status, 200);
    } finally {
      await api.close();
      await db.$client.end();
    }
  });

  /** A port on which nobody listens any more. */
  async function deadAddress(): Promise<{ host: string; port: number }> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    await new Promise((done) => server.close(done));
    return { host: '127.0.0.1', port };
  }
});
