/** What an operator does by command line with connections, settings, people, keys and the record. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { connections } from '../../drizzle/schema.ts';
import { connect } from '../http/connect-steps.ts';
import { type RunningApi, startApi } from '../http/running-api.ts';
import { runCli } from './running-cli.ts';

describe('operating by command line', () => {
  let api: RunningApi;
  let folder: string;
  const run = (args: readonly string[], options: { stdin?: string; key?: string } = {}) =>
    runCli({ args, url: api.url, ...options });

  before(async () => {
    api = await startApi();
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-cli-'));
    await connect({ api });
    const person = {
      externalId: 'E100',
      email: 'ada@corp.example',
      givenName: 'Ada',
      surname: 'Love\u200blace',
    };
    await api.call('POST /v1/events', { body: { id: 'e1', type: 'joiner', person } });
    await api.call('PUT /v1/connections/corp-dropbox/assignments', { body: { people: ['E100'] } });
  });
  after(async () => {
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('assigns everyone, and refuses to assign nobody by mistake', async () => {
    const set = await run(['assignments', 'set', '--everyone', '--json']);
    assert.deepEqual([set.code, JSON.parse(set.stdout).everyone], [0, true], set.stderr);
    const mistaken = await run(['assignments', 'set']);
    assert.deepEqual([mistaken.code, mistaken.stdout], [2, '']);
    const unknown = await run(['assignments', 'set', '--group', 'Nowhere']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /→/);
    assert.equal((await run(['assignments', 'show'])).stdout, 'everyone\n');
    assert.equal((await run(['assignments', 'set', '--nobody'])).stdout, 'nobody\n');
  });

  it('shows settings in the form in which they are set, and sets them from stdin', async () => {
    const shown = await run(['settings', 'show']);
    const settings = JSON.parse(shown.stdout);
    assert.equal(settings.provision.enabled, false);
    const changed = JSON.stringify({ ...settings, provision: { enabled: true } });
    const set = await run(['settings', 'set', '-', '--json'], { stdin: changed });
    assert.equal(set.code, 0, set.stderr);
    assert.equal(set.json()[0].provision.enabled, true);
    const wrong = await run(['settings', 'set', '-'], { stdin: '{"provision": {"enable": true}}' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /provision\.enable is not a known field\n→ /);
    const noJson = await run(['settings', 'set', '-'], { stdin: 'provision: on' });
    assert.equal(noJson.code, 2);
  });

  it('shows a person with every seat, and what happened', async () => {
    const [person, document, timeline] = await Promise.all([
      run(['people', 'show', 'E100']),
      run(['people', 'show', 'E100', '--json']),
      run(['people', 'timeline', 'E100', '--json']),
    ]);
    // What a terminal would obey, or hide, never reaches it.
    assert.match(person.stdout, /^Person +E100\nName +Ada Love lace\nE-mail +ada@corp\.example\n/);
    assert.match(person.stdout, /\nSeat on corp-dropbox: /);
    assert.equal(document.json()[0].externalId, 'E100');
    assert.equal(timeline.json()[0].kind, 'fact');
  });

  it('refuses a retry that the state of the seat does not allow', async () => {
    const { code, stdout, stderr } = await run(['seats', 'retry', 'E100']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^The present state does not allow it: .*\n→ /);
  });

  it('makes a key that works, lists it, and makes it useless', async () => {
    const made = await run(['api-keys', 'create', '--name', 'Audit', '--role', 'auditor']);
    const key = made.stdout.trim();
    const id = /key_\w+/.exec(made.stderr)?.[0] ?? '';
    assert.equal((await run(['connections', '--json'], { key })).json()[0].slug, 'corp-dropbox');
    assert.ok((await run(['api-keys', 'list', '--json'])).json().some((listed) => listed.id === id));
    assert.equal((await run(['api-keys', 'revoke', id])).code, 0);
    assert.equal((await run(['connections'], { key })).code, 4);
  });

  it('saves the record to a file for the eyes of one user, and replaces none unasked', async () => {
    const all = join(folder, 'all.ndjson');
    const saved = await run(['audit', 'export', '--output', all, '--json']);
    assert.equal(saved.code, 0, saved.stderr);
    const { size, mode } = await stat(all);
    assert.equal(saved.json()[0].bytes, size);
    assert.equal(mode & 0o777, 0o600);
    const again = await run(['audit', 'export', '--output', all]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /already\.\n→ .*--force/);
    const unknown = await run(['audit', 'export', '--person', 'nobody', '--output', join(folder, 'x.json')]);
    assert.equal(unknown.code, 1);
    assert.deepEqual(await readdir(folder), ['all.ndjson']);
  });

  it('names the connections where several are meant, and takes the one that is given', async () => {
    const [one] = await api.db.select().from(connections).where(eq(connections.slug, 'corp-dropbox'));
    assert.ok(one);
    await api.db.insert(connections).values({ ...one, id: 'con_2', slug: 'other', teamId: 'dbtid:other' });
    const [unclear, given, unknown] = await Promise.all([
      run(['members']),
      run(['members', '--connection', 'other']),
      run(['members', '--connection', 'third']),
    ]);
    assert.equal(unclear.code, 2);
    assert.match(
      unclear.stderr,
      /^There are several connections: .*other.*\n→ Say which one, for example --connection /,
    );
    assert.deepEqual([given.code, given.stdout, given.stderr], [0, '', 'Nobody.\n']);
    assert.equal(unknown.code, 1);
  });
});
