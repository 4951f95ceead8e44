/** Everything private that a request can hold, sent in every way that is refused, and looked for in the API's log. */
import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { processLog } from '../../src/main/process-log.ts';
import { clickThrough } from '../simulator/click-through.ts';
import { CODEC_TOKEN, type RunningApi, startApi } from './running-api.ts';

const NAME = 'Zzcanaryname';
const EMAIL = 'zzcanary@corp.example';
const PERSON = { email: EMAIL, givenName: NAME, surname: NAME };

describe("the API's log, at its most talkative", () => {
  let api: RunningApi;
  const lines: string[] = [];
  const secrets: string[] = [CODEC_TOKEN];
  before(async () => {
    const destination = { write: (line: string) => void lines.push(line) };
    api = await startApi({ deps: { log: processLog({ level: 'trace', role: 'api', destination }) } });
  });
  after(() => api.close());

  it('has no name, address, token, code or key in it, whatever was sent and whatever failed', async () => {
    const event = (id: string, more: object = {}) => ({
      id,
      type: 'joiner',
      person: { externalId: id, ...PERSON },
      ...more,
    });
    assert.equal((await api.call('POST /v1/events', { body: event('K1') })).status, 202);
    const made = await api.call('POST /v1/api-keys', { body: { name: 'HR', role: 'hr' } });
    secrets.push(made.json.key);
    assert.equal((await api.call('POST /v1/events', { body: event('K2'), key: made.json.key })).status, 202);

    // Refused: by body, by type, by key, by query, by path, by method.
    const refused = await Promise.all([
      api.call('POST /v1/events', { body: event('K1', { occurredAt: EMAIL }) }),
      api.call('POST /v1/events', { body: { ...event('K1'), [EMAIL]: NAME } }),
      api.call('POST /v1/events', { raw: `{"email": "${EMAIL}"` }),
      api.call('POST /v1/events', { raw: EMAIL, headers: { 'content-type': 'text/plain' } }),
      api.call('POST /v1/events', { body: event('K3'), key: `sk_${NAME}` }),
      api.call(`GET /v1/people?q=${EMAIL}&cursor=${NAME}`),
      api.call(`GET /v1/people/${EMAIL}`),
      api.call(`GET /${NAME}?code=${NAME}`),
      api.call(`DELETE /v1/people/${NAME}`),
      api.call(`GET /oauth/dropbox/callback?code=${NAME}&state=${NAME}`),
      api.call(`POST /codec/${NAME}/decode`, { body: { payloads: [] } }),
    ]);
    for (const { status } of refused) assert.ok(status >= 400 && status < 500, `${status}`);
    await api.call('GET /v1/groups', {
      headers: { cookie: `session=${NAME}`, 'x-request-id': EMAIL, 'user-agent': NAME, referer: EMAIL },
    });
    assert.equal((await api.call(`POST /codec/${CODEC_TOKEN}/decode`, { body: {} })).status, 200);

    // A team is connected: code, state, verifier and tokens are on their way.
    const begun = await api.call('POST /v1/authorizations', { body: {} });
    secrets.push(new URL(begun.json.authorizeUrl).searchParams.get('state') ?? '');
    const { location } = await clickThrough({ authorizeUrl: begun.json.authorizeUrl, as: 'admin:0' });
    assert.ok(location);
    secrets.push(location.searchParams.get('code') ?? '', api.simulator.appSecret);
    await api.call(`GET ${location.pathname}${location.search}`, { key: null });
    const body = { authorizationId: begun.json.id, name: 'Corp' };
    assert.equal((await api.call('POST /v1/connections', { body })).status, 201);

    // PostgreSQL's errors quote the values of the row, over several lines if need be.
    await api.db.execute(
      sql.raw(`
      create function canary_trap() returns trigger language plpgsql as $$ begin
        raise exception E'row % ${EMAIL}\\n    at ${NAME} (${EMAIL})', new; end $$;
      create trigger canary_trap before insert on facts for each row execute function canary_trap()`),
    );
    assert.equal((await api.call('POST /v1/events', { body: event('K4') })).status, 500);

    const text = lines.join('');
    assert.match(text, /unexpected error/);
    assert.match(text, /"route":"\/v1\/people\/:externalId"/);
    assert.ok(lines.length > 20, `${lines.length} lines`);
    for (const canary of ['zzcanary', ...secrets]) {
      assert.ok(canary.length > 5);
      const at = text.toLowerCase().indexOf(canary.toLowerCase());
      assert.equal(at, -1, `found: …${text.slice(Math.max(0, at - 300), at + 100)}…`);
    }
  });
});
