/** Every call that the document names, so that a new one is covered by itself, with everything that can be wrong. */
import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import {
  type Components,
  fieldsOf,
  fitting,
  objectsOf,
  type Schema,
  withValue,
  wrongValues,
} from './bad-values.ts';
import { connect } from './connect-steps.ts';
import { type Answer, type CallOptions, type RunningApi, startApi } from './running-api.ts';

type Parameter = { name: string; in: 'path' | 'query' | 'header'; schema: Schema };
type Call = {
  method: string;
  /** As the document writes it. */
  path: string;
  /** With names of things that are there. */
  url: string;
  parameters: Parameter[];
  roles: string[];
  body: Schema | undefined;
  takesBody: boolean;
  /** What the path names is created by the call. */
  creates: boolean;
};

const ROLES = ['operator', 'hr', 'scim', 'auditor'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const THERE: Record<string, string> = { connection: 'corp-dropbox', externalId: 'E100', name: 'Engineering' };

describe('bad input, at every call', () => {
  let api: RunningApi;
  let calls: Call[];
  let components: Components;
  let contentsBefore: Record<string, string>;
  let recordedBefore: number;
  const keys: Record<string, string> = {};

  before(async () => {
    api = await startApi();
    const { slug } = await connect({ api });
    assert.equal(slug, THERE.connection);
    const person = { externalId: 'E100', email: 'ada@corp.example', groups: ['Engineering'] };
    const sent = await api.call('POST /v1/events', { body: { id: 'evt-1', type: 'joiner', person } });
    assert.equal(sent.status, 202, sent.text);
    const assigned = await api.call(`PUT /v1/connections/${slug}/assignments`, {
      body: { people: ['E100'] },
    });
    assert.equal(assigned.status, 200, assigned.text);
    for (const role of ROLES) {
      keys[role] = (await api.call('POST /v1/api-keys', { body: { name: role, role } })).json.key;
    }
    const { json } = await api.call('GET /openapi.json');
    components = json.components.schemas;
    calls = callsOf(json.paths);
    contentsBefore = await contents();
    recordedBefore = (await recorded(0)).entries;
  });
  after(() => api.close());

  async function refuses(
    call: Call,
    request: string,
    options: CallOptions,
    expected: number[],
  ): Promise<Answer> {
    const answer = await api.call(request, options);
    const said = `${request} ${JSON.stringify(options.body ?? options.raw ?? null)?.slice(0, 200)}: ${answer.text}`;
    assert.ok(
      expected.includes(answer.status),
      `${answer.status} instead of ${expected.join(', ')}: ${said}`,
    );
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, said);
    assert.equal(answer.json.status, answer.status, said);
    for (const field of ['code', 'title', 'detail', 'nextStep', 'requestId']) {
      assert.ok(answer.json[field]?.length > 2, `${call.method} ${call.path} says no ${field}: ${said}`);
    }
    return answer;
  }

  /** Runs one kind of mistake through all calls. */
  async function everywhere(mistake: (call: Call, request: string) => Promise<void>): Promise<void> {
    for (const call of calls) await mistake(call, `${call.method} ${call.url}`);
  }

  it('is refused without a key, and with one that nobody gave', () =>
    everywhere(async (call, request) => {
      await refuses(call, request, { key: null }, [401]);
      await refuses(call, request, { key: 'sk_made_up' }, [401]);
    }));

  it("is refused with somebody else's role", () =>
    everywhere(async (call, request) => {
      assert.ok(call.roles.includes('admin'), `${request} names its roles`);
      for (const role of ROLES.filter((one) => !call.roles.includes(one))) {
        await refuses(call, request, { key: keys[role] ?? '' }, [403]);
      }
    }));

  it('is refused with a method that the path does not take, naming those it takes', async () => {
    for (const path of new Set(calls.map((call) => call.path))) {
      const ours = calls.filter((call) => call.path === path);
      const [call] = ours;
      assert.ok(call);
      for (const method of METHODS.filter((one) => !ours.some((own) => own.method === one))) {
        const { headers } = await refuses(call, `${method} ${call.url}`, {}, [405]);
        const allowed = (headers.get('allow') ?? '').split(', ').filter((one) => one !== 'HEAD');
        assert.deepEqual(allowed.sort(), ours.map((own) => own.method).sort());
      }
    }
  });

  it('is refused for parameters that are unknown, given twice, of the wrong type or out of range', () =>
    everywhere(async (call, request) => {
      const body = bodyOf(call);
      await refuses(call, `${request}?colour=red`, { body }, [400]);
      for (const { name, schema } of call.parameters.filter(({ in: place }) => place === 'query')) {
        for (const value of wrongParameters(schema)) {
          const answer = await refuses(call, `${request}?${name}=${value}`, { body }, [400]);
          assert.equal(answer.json.errors?.[0]?.field, name, answer.text);
        }
        await refuses(call, `${request}?${name}=1&${name}=2`, { body }, [400]);
      }
    }));

  it('is refused for paths that name nothing, or nothing readable', () =>
    everywhere(async (call) => {
      const body = bodyOf(call);
      for (const { name } of call.parameters.filter(({ in: place }) => place === 'path')) {
        const at = (value: string) =>
          `${call.method} ${urlOf({ path: call.path, things: { ...THERE, [name]: value } })}`;
        const wrong = call.creates && call.path.endsWith(`{${name}}`) ? 422 : 404;
        for (const value of ['%00', 'a%01b', 'x'.repeat(300)])
          await refuses(call, at(value), { body }, [wrong]);
        if (wrong === 404) {
          for (const value of ['none', '%F0%9F%98%80', '..%2F..', "'%20or%201=1"]) {
            await refuses(call, at(value), { body }, [404]);
          }
        }
        await refuses(call, at('%E0%A4%A'), { body }, [400]);
      }
    }));

  it('is refused for bodies that are no JSON, of another type, or too large', () =>
    everywhere(async (call, request) => {
      if (!call.takesBody) return;
      for (const raw of ['{', '{"a":}', 'hello', '{"a":1}}']) await refuses(call, request, { raw }, [400]);
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'];
      for (const type of types) {
        await refuses(call, request, { raw: '{}', headers: { 'content-type': type } }, [415]);
      }
      const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      await refuses(call, request, { raw: 'not gzip', headers: zipped }, [400]);
      await refuses(call, request, { raw: `{"x":"${'x'.repeat(1024 * 1024)}"}` }, [413]);
    }));

  it('is refused for bodies of another shape, and for fields nobody knows', () =>
    everywhere(async (call, request) => {
      if (!call.takesBody) return;
      for (const raw of ['null', '"text"', '7', 'true', '[]', `${'['.repeat(5_000)}${']'.repeat(5_000)}`]) {
        const answers = request === 'POST /v1/events' && raw.startsWith('[[') ? null : raw;
        // An array of events is judged item by item.
        if (answers !== null) await refuses(call, request, { raw }, [422]);
      }
      const body = { ...(bodyOf(call) as object), colour: 'red' };
      const { json } = await refuses(call, request, { body }, [422]);
      assert.ok(
        json.errors.some(({ field }: { field: string }) => field === 'colour'),
        JSON.stringify(json),
      );
    }));

  it('is refused for every field of the wrong type or out of range, naming the field', () =>
    everywhere(async (call, request) => {
      const shapes = call.body === undefined ? [] : objectsOf({ schema: call.body, components });
      for (const shape of shapes) {
        const fits = fitting({ schema: shape, components });
        for (const { place, schema } of fieldsOf({ schema: shape, components })) {
          for (const value of wrongValues({ schema, components })) {
            const body = withValue({ body: fits, place, value });
            const { json } = await refuses(call, request, { body }, [422]);
            const named: string[] = json.errors.map(({ field }: { field: string }) => field);
            const field = place.join('.');
            const isNamed = named.some(
              (one) => one === field || one.startsWith(`${field}.`) || one.startsWith(`${field}[`),
            );
            assert.ok(
              isNamed,
              `${request} ${field} ${JSON.stringify(value)}: ${JSON.stringify(json.errors)}`,
            );
          }
        }
      }
    }));

  it('is refused with an Idempotency-Key that is none', () =>
    everywhere(async (call, request) => {
      if (call.method !== 'POST') return;
      for (const key of ['a b', 'x'.repeat(256)]) {
        await refuses(call, request, { body: bodyOf(call), headers: { 'idempotency-key': key } }, [400]);
      }
    }));

  it('leaves nothing behind but the record of its refusal', async () => {
    assert.deepEqual(await contents(), contentsBefore);
    const { kinds } = await recorded(recordedBefore);
    assert.deepEqual(kinds, ['refusal', 'sign_in']);
  });

  /** How many entries the record has, and of which kinds those after the first `after` are. */
  async function recorded(after: number): Promise<{ entries: number; kinds: string[] }> {
    const { rows } = await api.db.execute<{ kind: string }>(sql`select kind from record_entries order by id`);
    const kinds = new Set(rows.slice(after).map(({ kind }) => kind));
    return { entries: rows.length, kinds: [...kinds].sort() };
  }

  const bodyOf = (call: Call): unknown =>
    !call.takesBody ? undefined : call.body === undefined ? {} : fitting({ schema: call.body, components });

  /** A fingerprint of every table but the record. */
  async function contents(): Promise<Record<string, string>> {
    const tables = await api.db.execute<{ name: string }>(
      sql`select table_name as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'record\\_%'`,
    );
    const prints: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const print = await api.db.execute<{ print: string }>(
        sql`select count(*) || ' ' || md5(coalesce(string_agg(t::text, '' order by t::text), '')) as print
          from ${sql.identifier(name)} t`,
      );
      prints[name] = print.rows[0]?.print ?? '';
    }
    return prints;
  }
});

const urlOf = ({ path, things }: { path: string; things: Record<string, string> }): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => things[name] ?? 'none');

type Described = {
  description: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
};

const callsOf = (paths: Record<string, Record<string, Described>>): Call[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description, parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      url: urlOf({ path, things: THERE }),
      parameters,
      roles: (/Roles: ([\w, ]+)\./.exec(description)?.[1] ?? '').split(', '),
      body: requestBody?.content['application/json']?.schema,
      takesBody: method === 'post' || method === 'put',
      creates: method === 'put' && responses['404'] === undefined,
    })),
  );

/** Already escaped. What is left empty counts as absent, so it is not wrong. */
function wrongParameters({ type, format, enum: allowed, maxLength, maximum }: Schema): string[] {
  const unreadable = ['%00', 'a%0Ab'];
  if (allowed !== undefined || type === 'boolean' || format !== undefined)
    return ['nonsense', '7', ...unreadable];
  if (type === 'integer')
    return ['0', '-1', '1.5', 'ten', '1e3', '0x10', `${(maximum ?? 0) + 1}`, '9'.repeat(30), ...unreadable];
  return [...unreadable, ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)])];
}
