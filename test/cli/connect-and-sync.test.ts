/** A team connected and synced by command line, against everything that `npm start` runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { freePort } from '../../src/main/ports.ts';
import { arrive, pressAtDropbox } from '../http/connect-steps.ts';
import { newDataDir, startWholeRun, type WholeRun } from '../support/whole-run.ts';
import { untilSeat } from '../whole-run/seat-of.ts';
import { runCli, startCli } from './running-cli.ts';

const ADDRESS = /^ {2}(http\S+\/oauth2\/authorize\?\S+)$/m;

describe('connect and sync by command line', function () {
  this.timeout(120_000);
  let run: WholeRun;
  let place: Awaited<ReturnType<typeof newDataDir>>;
  let key: string;
  const options = () => ({ url: run.url, key });

  const grant = async (authorizeUrl: string, as = 'admin:0'): Promise<void> => {
    const location = await pressAtDropbox({ authorizeUrl, as });
    assert.ok(location);
    await arrive(location);
  };

  before(async () => {
    place = await newDataDir();
    run = await startWholeRun({ dataDir: place.dataDir, port: await freePort() });
    const made = await run.call<{ key: string }>('POST /v1/api-keys', { name: 'CLI', role: 'admin' });
    key = made.body.key;
  });
  after(async () => {
    await run?.stop();
    await place?.remove();
  });

  it('ends with 1 and the reason when the admin refuses', async () => {
    const cli = startCli({ args: ['connect'], ...options() });
    const [, url = ''] = await cli.said(ADDRESS);
    await grant(url, 'refuse');
    const { code, stdout, stderr } = await cli.ended;
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /\n→ /);
  });

  it('says on Ctrl-C how to go on, and goes on from there', async () => {
    const cli = startCli({ args: ['connect', '--name', 'Corp Dropbox'], ...options() });
    const [, url = ''] = await cli.said(ADDRESS);
    await cli.said(/It works until/);
    await new Promise((done) => setTimeout(done, 1_500));
    cli.child.kill('SIGINT');
    const { code, stderr } = await cli.ended;
    assert.equal(code, 130);
    const [, id = ''] = /--authorization (\S+) --name "Corp Dropbox"/.exec(stderr) ?? [];
    assert.notEqual(id, '', stderr);

    await grant(url);
    const again = ['connect', '--authorization', id, '--name', 'Corp Dropbox'];
    const connected = await runCli({ args: [...again, '--json'], ...options() });
    assert.equal(connected.code, 0, connected.stderr);
    const [connection] = connected.json();
    assert.equal(connection.slug, 'corp-dropbox');
    assert.equal(connection.sync.status, 'succeeded');

    const twice = await runCli({ args: [...again, '--json'], ...options() });
    assert.equal(twice.code, 0, twice.stderr);
    assert.equal(twice.json()[0].id, connection.id);
  });

  it('shows the phases of a sync, one line each without a terminal', async () => {
    const { code, stdout, stderr } = await runCli({ args: ['sync', '--watch'], ...options() });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Reading the members: done\n(Reading .*: done\n)*Comparing: done\n$/);
    assert.match(stdout, /^The sync of corp-dropbox is done, after \d+\.\d s\.\n$/);
    assert.ok(!(stdout + stderr).includes('\u001b'), 'no colours, no moving lines');
    const members = await runCli({ args: ['members', '--json'], ...options() });
    assert.ok(members.json().length > 100);
    assert.ok(members.json().every(({ email }) => typeof email === 'string'));
  });

  it('gives the run back as it ended, for programs', async () => {
    const { code, stderr, json } = await runCli({ args: ['sync', '--watch', '--json'], ...options() });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(json()[0].status, 'succeeded');
  });

  it('lists the record, saves a person with every history, and replays it to the same decisions', async () => {
    const person = { externalId: 'E100', email: 'ada@corp.example', givenName: 'Ada', surname: 'Lovelace' };
    const event = JSON.stringify({ id: 'e1', type: 'joiner', person });
    const settings = JSON.stringify({ provision: { enabled: true } });
    const steps: [args: string[], stdin: string][] = [
      [['settings', 'set', '-'], settings],
      [['events', 'send', '-'], event],
    ];
    for (const [args, stdin] of steps) {
      const { code, stderr } = await runCli({ args, stdin, ...options() });
      assert.equal(code, 0, stderr);
    }
    await run.call('PUT /v1/connections/corp-dropbox/assignments', { people: ['E100'] });
    await untilSeat({ run, person: 'E100', is: 'invited' });

    const listed = await runCli({ args: ['audit', 'list', '--person', 'E100', '--json'], ...options() });
    assert.equal(listed.code, 0, listed.stderr);
    const positions = listed.json().map(({ position }) => Number(position));
    assert.ok(positions.length > 0);
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );

    const file = join(place.dataDir, 'E100.json');
    const saved = await runCli({
      args: ['audit', 'export', '--person', 'E100', '--output', file],
      ...options(),
    });
    assert.equal(saved.code, 0, saved.stderr);
    const replayed = await runCli({ args: ['audit', 'replay', file, '--json'], key: null });
    assert.equal(replayed.code, 0, replayed.stderr);
    const [report] = replayed.json();
    assert.deepEqual([report.person, report.same, report.parted, report.missing], ['E100', 1, 0, 0]);
  });
});
