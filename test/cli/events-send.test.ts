/** `events send`, and the lists that show what came of it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../http/connect-steps.ts';
import { type RunningApi, startApi } from '../http/running-api.ts';
import { ADMIN_KEY, runCli } from './running-cli.ts';

const joiner = (n: number): string =>
  JSON.stringify({
    id: `n${n}`,
    type: 'joiner',
    person: { externalId: `N${n}`, email: `n${n}@corp.example` },
  });

describe('events send', () => {
  let api: RunningApi;
  let folder: string;
  const run = (args: readonly string[], options: { stdin?: string; url?: string } = {}) =>
    runCli({ args, url: api.url, ...options });
  const fileOf = async (name: string, text: string | Uint8Array): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };

  before(async () => {
    api = await startApi();
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-events-'));
    await connect({ api });
    await api.call('PUT /v1/connections/corp-dropbox/assignments', { body: { everyone: true } });
  });
  after(async () => {
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const CSV =
    '\ufeffid,type,externalId,email,surname\r\n' +
    'c1,joiner,C1,c1@corp.example,"Smith, Jr"\r\n' +
    '\r\n' +
    'c2,joiner,C2,no address,\r\n' +
    'c3,promotion,C3,,\r\n';

  it('says of a dry run what would be refused, with the lines of the file, and stores nothing', async () => {
    const { code, stdout, stderr } = await run(['events', 'send', await fileOf('a.csv', CSV), '--dry-run']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^1 event would be accepted; 2 refused\.\n\nLine {2}Id {2}Code {5}Why\n4 {5}c2 {2}invalid /,
    );
    assert.match(stdout, /\n5 {5}c3 {2}invalid {2}type must be /);
    assert.match(stderr, /^Trying 3 events: done\n2 events would be refused\.\n→ Correct the lines/);
    assert.equal((await api.call('GET /v1/people/C1')).status, 404);
  });

  it('takes the good lines in, and the same file again without effect', async () => {
    const file = await fileOf('a.csv', CSV);
    const first = await run(['events', 'send', file, '--json']);
    const second = await run(['events', 'send', file, '--json']);
    assert.deepEqual([first.code, second.code], [1, 1]);
    assert.equal(first.stderr.split('\n')[0], '2 events were refused.');
    const [answer] = first.json();
    assert.deepEqual([answer.accepted, answer.duplicates, answer.notSent], [1, 0, null]);
    assert.deepEqual(
      answer.refused.map(({ line, id, code }: Record<string, unknown>) => [line, id, code]),
      [
        [4, 'c2', 'invalid'],
        [5, 'c3', 'invalid'],
      ],
    );
    assert.equal(second.json()[0].duplicates, 1);
    const { json } = await api.call('GET /v1/people/C1');
    assert.equal(json.surname, 'Smith, Jr');
  });

  it('sends more than a thousand in several requests, and the seats come back in pages', async () => {
    const lines = Array.from({ length: 1_205 }, (_, i) => joiner(i)).join('\n');
    const sent = await run(['events', 'send', '-', '--json'], { stdin: lines });
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal(sent.json()[0].accepted, 1_205);
    const [all, some, table] = await Promise.all([
      run(['seats', 'list', '--json']),
      run(['seats', 'list', '--json', '--limit', '3']),
      run(['seats', 'list', '--limit', '1100']),
    ]);
    const people = new Set(all.json().map(({ person }) => person));
    assert.ok(people.size >= 1_206, `${people.size}`);
    assert.equal(some.json().length, 3);
    const rows = table.stdout.trimEnd().split('\n');
    assert.equal(rows.length, 1_101);
    assert.match(rows[0] ?? '', /^Person +State +Member +News$/);
  });

  it('refuses a file that cannot be read, and sends nothing of it', async () => {
    const latin = Buffer.from('id,type,surname\n1,joiner,M\xfcller\n', 'latin1');
    const refused = await Promise.all([
      run(['events', 'send', join(folder, 'none.csv')]),
      run(['events', 'send', await fileOf('l.csv', latin)]),
      run(['events', 'send', await fileOf('u.csv', 'id,type,E-Mail\n1,joiner,x\n')]),
      run(['events', 'send', await fileOf('e.json', '[]')]),
    ]);
    assert.deepEqual(
      refused.map(({ code }) => code),
      [2, 2, 2, 2],
    );
    const [none, encoding, column, empty] = refused.map(({ stderr }) => stderr);
    assert.match(none ?? '', /^There is no file /);
    assert.match(encoding ?? '', /is not text in UTF-8\.\n→ Save it as UTF-8/);
    assert.match(column ?? '', /^Unknown column: "E-Mail"\.\n→ The columns are id, type, /);
    assert.match(empty ?? '', /holds no events/);
  });

  it('says what was not sent when the server goes away midway, and how to go on', async () => {
    const proxy = await cutAfter({ target: api.url, requests: 1 });
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      // Three requests of two events each, since two large ones do not fit into one.
      const large = JSON.stringify({ id: 'large', type: 'joiner', padding: 'x'.repeat(600_000) });
      const lines = [1, 2, 3].flatMap((n) => [large, joiner(10_000 + n)]).join('\n');
      const file = await fileOf('many.ndjson', lines);
      const cut = await run(['events', 'send', file, '--json'], { url });
      assert.equal(cut.code, 3);
      const [answer] = cut.json();
      assert.deepEqual([answer.accepted, answer.refused.length], [1, 1]);
      assert.deepEqual(answer.failed, { fromLine: 3, toLine: 4, mayBeTakenIn: true });
      assert.deepEqual(answer.notSent, { fromLine: 5, toLine: 6 });
      assert.match(cut.stderr, /Lines 3 to 4: may or may not have been taken in\. Lines 5 to 6: not sent\./);
      assert.ok(cut.stderr.includes(`Send the file again: seatkeeper events send ${file}`), cut.stderr);
      const again = await run(['events', 'send', file, '--json']);
      const { accepted, duplicates } = again.json()[0];
      // The proxy passed the second request on before it hung up.
      assert.deepEqual([accepted, duplicates], [3, 2]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** Passes requests on, and from the one after `requests` on hangs up in place of an answer. */
async function cutAfter({ target, requests }: { target: string; requests: number }): Promise<Server> {
  let seen = 0;
  const pass = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    seen += 1;
    const cuts = seen > requests;
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(`${target}${req.url ?? '/'}`, {
      method: req.method ?? 'GET',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: Buffer.concat(chunks),
    });
    const text = await answer.text();
    if (cuts) res.destroy();
    else res.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  };
  const server = createServer((req, res) => {
    pass(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
