import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { authorizations, connectionSettings, connections, grants, outbox } from '../../drizzle/schema.ts';
import { arrive, authorise, connect, pressAtDropbox } from './connect-steps.ts';
import { ALL_SCOPES, type RunningApi, startApi } from './running-api.ts';

const READ_SCOPES = ALL_SCOPES.filter((scope) => scope !== 'members.write' && scope !== 'members.delete');

describe('connecting a team', () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  const begin = async (body: unknown = {}) => (await api.call('POST /v1/authorizations', { body })).json;

  it('asks for PKCE S256, a long state, a refresh token and the scopes of the wanted access', async () => {
    const { authorizeUrl, id, expiresAt } = await begin();
    const asked = new URL(authorizeUrl).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.equal(asked.get('code_challenge')?.length, 43);
    assert.equal(asked.get('state')?.length, 43);
    assert.equal(asked.get('token_access_type'), 'offline');
    assert.equal(asked.get('redirect_uri'), `${api.url}/oauth/dropbox/callback`);
    assert.deepEqual(asked.get('scope')?.split(' '), ALL_SCOPES);
    const lifeMs = Date.parse(expiresAt) - Date.now();
    assert.ok(lifeMs > 590_000 && lifeMs <= 600_000, `${lifeMs}`);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'pending');
    const read = new URL((await begin({ access: 'read' })).authorizeUrl).searchParams;
    assert.deepEqual(read.get('scope')?.split(' '), READ_SCOPES);
  });

  it('takes an empty body for provision access', async () => {
    const answer = await api.call('POST /v1/authorizations');
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.json.authorizeUrl, /members\.delete/);
  });

  it('shows team and admin before anything is saved, and keeps the refresh token sealed', async () => {
    const { id, authorization } = await authorise({ api });
    assert.equal(authorization.status, 'granted');
    assert.equal(authorization.team.name, 'Corp');
    assert.match(authorization.team.id, /^dbtid:/);
    assert.match(authorization.admin.email, /@corp\.example$/);
    const [row] = await api.db.select().from(authorizations).where(eq(authorizations.id, id));
    assert.match(row?.refreshToken ?? '', /^test\./);
    assert.deepEqual(await api.db.select().from(connections), []);
  });

  it('saves the connection with default settings, its schedule and its first sync', async () => {
    const connection = await connect({ api, name: 'Corp Dropbox' });
    assert.equal(connection.slug, 'corp-dropbox');
    assert.equal(connection.status, 'connected');
    assert.equal(connection.access, 'provision');
    assert.equal(connection.team.name, 'Corp');
    const { sync } = connection;
    assert.deepEqual(
      [sync.status, sync.phase, sync.processed, sync.total, sync.finishedAt],
      ['running', 'members', 0, null, null],
    );
    assert.ok(Date.parse(sync.nextAt) > Date.now());
    assert.deepEqual([connection.licences, connection.dormant], [null, null]);
    const [settings] = await api.db.select().from(connectionSettings);
    assert.deepEqual(
      [settings?.version, settings?.settings.provision.enabled, settings?.settings.dormantAfter],
      [1, false, 'P60D'],
    );
    const [grant] = await api.db.select().from(grants);
    const token = api.keyring.openText({
      sealed: grant?.refreshToken ?? '',
      boundTo: `grant:${connection.id}`,
    });
    assert.ok(token.length > 20);
    const told = await api.db.select().from(outbox);
    assert.deepEqual(told.map(({ kind }) => kind).sort(), ['schedule', 'sync']);
    const [row] = await api.db.select().from(authorizations);
    assert.deepEqual([row?.status, row?.refreshToken], ['saved', null]);
  });

  it('lists it, and finds it by id and by slug', async () => {
    const { id } = await connect({ api });
    assert.equal((await api.call('GET /v1/connections')).json.items[0].id, id);
    assert.equal((await api.call('GET /v1/connections/corp-dropbox')).json.id, id);
    assert.equal((await api.call(`GET /v1/connections/${id}`)).json.slug, 'corp-dropbox');
    assert.equal((await api.call('GET /v1/connections/nobody')).status, 404);
  });

  it('gives a second connection of the same name another slug', async () => {
    await connect({ api });
    const second = await connect({ api, as: 'admin:1' });
    assert.equal(second.slug, 'corp-dropbox-2');
  });

  it('saves an authorisation once', async () => {
    const { id } = await authorise({ api });
    const body = { authorizationId: id, name: 'Corp' };
    const answers = await Promise.all([
      api.call('POST /v1/connections', { body }),
      api.call('POST /v1/connections', { body }),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
    const late = await api.call('POST /v1/connections', { body });
    assert.deepEqual([late.status, late.json.code], [409, 'state_conflict']);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.connection, 'corp');
  });

  it('lets only the key that began an authorisation read or save it', async () => {
    const other = (await api.call('POST /v1/api-keys', { body: { name: 'Ops', role: 'admin' } })).json.key;
    const { id } = await authorise({ api });
    const read = await api.call(`GET /v1/authorizations/${id}`, { key: other });
    assert.deepEqual([read.status, read.json.code], [404, 'not_found']);
    const save = await api.call('POST /v1/connections', {
      key: other,
      body: { authorizationId: id, name: 'Mine' },
    });
    assert.equal(save.status, 404);
    assert.equal(
      (await api.call('POST /v1/connections', { body: { authorizationId: id, name: 'Mine' } })).status,
      201,
    );
  });

  it('does not save what was not granted yet', async () => {
    const { id } = await begin();
    const answer = await api.call('POST /v1/connections', { body: { authorizationId: id, name: 'Corp' } });
    assert.deepEqual([answer.status, answer.json.code], [409, 'state_conflict']);
  });

  it('does without sessions.list', async () => {
    const scopes = ALL_SCOPES.filter((scope) => scope !== 'sessions.list');
    const { authorization } = await authorise({ api, scopes });
    assert.equal(authorization.status, 'granted');
  });

  it('leaves a grant that nobody saved within an hour to expire', async () => {
    const { id } = await authorise({ api });
    api.clock.now = new Date(Date.now() + 3_601_000);
    assert.equal((await api.call(`GET /v1/authorizations/${id}`)).json.status, 'expired');
    const late = await api.call('POST /v1/connections', { body: { authorizationId: id, name: 'Late' } });
    assert.deepEqual([late.status, late.json.code], [409, 'expired']);
    await begin();
    const [row] = await api.db.select().from(authorizations).where(eq(authorizations.id, id));
    assert.equal(row?.refreshToken, null);
  });

  it('ends on a page that names team and admin, and holds no secret', async () => {
    const { id } = await authorise({ api });
    const page = await api.call(`GET /connected?authorization=${id}`, { key: null });
    assert.equal(page.status, 200);
    assert.match(page.text, /Corp<\/dd>/);
    assert.match(page.text, /@corp\.example/);
    assert.ok(page.text.includes(id));
    assert.doesNotMatch(page.text, /sl\.|refresh|test\.[A-Za-z0-9_-]{20}/);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal((await api.call('GET /connected?authorization=auth_nope', { key: null })).status, 404);
    assert.equal((await api.call('GET /connected', { key: null })).status, 404);
  });

  it('writes neither code nor state nor token into the log', async () => {
    const { authorizeUrl } = await begin();
    const location = new URL((await pressAtDropbox({ authorizeUrl, as: 'admin:0' })) ?? '');
    await arrive(location.href);
    const log = api.logged.join('');
    for (const name of ['code', 'state']) assert.ok(!log.includes(location.searchParams.get(name) ?? '?'));
    assert.doesNotMatch(log, /sl\./);
  });

  it('disconnects: the connection says so, and Temporal is told', async () => {
    const { id } = await connect({ api });
    await api.db.delete(outbox);
    for (let i = 0; i < 2; i += 1) {
      const answer = await api.call('DELETE /v1/connections/corp-dropbox');
      assert.deepEqual([answer.status, answer.json.status], [202, 'disconnecting']);
    }
    const told = await api.db.select().from(outbox);
    assert.deepEqual(
      told.map(({ kind, subjectId, revision }) => [kind, subjectId, revision]),
      [['schedule', id, 1]],
    );
    await api.db.update(connections).set({ endedAt: new Date() });
    assert.equal((await api.call(`GET /v1/connections/${id}`)).status, 404);
    const again = await connect({ api });
    assert.equal(again.slug, 'corp-dropbox-2');
  });
});
