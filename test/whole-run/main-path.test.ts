/** The main path and what breaks it, through `npm start`, against a simulator whose ledger the tests can read. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/main/ports.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { clickThrough } from '../simulator/click-through.ts';
import { newDataDir, startWholeRun, type WholeRun } from '../support/whole-run.ts';
import { type ShownSeat, seatOf, untilAll, untilSeat } from './seat-of.ts';

const MEMBERS = 2_500;
const HOLD_MS = 20_000;

type Sync = { status: string; phase: string; processed: number; total: number | null };
type Connection = { slug: string; status: string; team: { name: string }; sync: Sync | null };
type Accepted = { accepted: { id: string; duplicate: boolean }[]; refused: unknown[] };

describe('npm start', function () {
  this.timeout(150_000);
  let simulator: Simulator;
  let run: WholeRun;
  let place: Awaited<ReturnType<typeof newDataDir>>;
  let start: () => Promise<WholeRun>;

  before(async () => {
    simulator = await startSimulator({
      teamSize: MEMBERS,
      licences: MEMBERS + 500,
      recoverWindowMs: HOLD_MS,
      // Small pages and slow answers, so that there is progress to be seen.
      settings: { listingPageMaximum: 250, latencyMs: 60 },
    });
    place = await newDataDir();
    const port = await freePort();
    const env = {
      DROPBOX_APP_KEY: simulator.appKey,
      DROPBOX_APP_SECRET: simulator.appSecret,
      DROPBOX_API_ORIGIN: simulator.origin,
      DROPBOX_WEB_ORIGIN: simulator.origin,
      EMAIL_HOLD: `PT${HOLD_MS / 1_000}S`,
    };
    start = () => startWholeRun({ dataDir: place.dataDir, port, env });
    run = await start();
  });
  after(async () => {
    await run?.stop();
    await simulator?.close();
    await place?.remove();
  });

  const event = (type: 'joiner' | 'leaver', externalId: string) => ({
    id: `${type}-${externalId}-${Date.now()}`,
    type,
    person: {
      externalId,
      ...(type === 'joiner'
        ? { email: `${externalId.toLowerCase()}@corp.example`, givenName: 'Given', surname: 'Surname' }
        : {}),
    },
  });
  const send = async (...events: ReturnType<typeof event>[]): Promise<void> => {
    const { status, body } = await run.call<Accepted>('POST /v1/events', events);
    assert.equal(status, 202);
    assert.deepEqual(body.refused, []);
  };
  const effectsOf = (externalId: string): string[] =>
    simulator.ledger.effects({ externalId }).map(({ kind }) => kind);
  const connection = async (): Promise<Connection> =>
    (await run.call<Connection>('GET /v1/connections/corp-dropbox')).body;

  it('says what to open, and each address answers', async () => {
    const lines = run.printed();
    assert.match(lines, /Seatkeeper runs, after \d+\.\d s\. Open this:/);
    const addresses = [...lines.matchAll(/^ {2}(Console and API|Temporal UI) +(http\S+)$/gm)];
    assert.deepEqual(
      addresses.map(([, label]) => label),
      ['Console and API', 'Temporal UI'],
    );
    for (const [, , address = ''] of addresses) {
      assert.ok((await fetch(address, { redirect: 'manual' })).status < 500, address);
    }
    assert.equal((await run.call('GET /readyz')).status, 200);
  });

  it('connects a team by the clicks of its admin, and shows how far the first sync is', async () => {
    const begun = await run.call<{ id: string; authorizeUrl: string }>('POST /v1/authorizations', {});
    assert.equal(begun.status, 201);
    const { location } = await clickThrough({ authorizeUrl: begun.body.authorizeUrl, as: 'admin:0' });
    assert.ok(location);
    assert.ok(location.href.startsWith(`${run.url}/oauth/dropbox/callback`));
    const page = await fetch(location);
    assert.equal(page.status, 200);
    assert.equal(new URL(page.url).pathname, '/connected');
    assert.match(await page.text(), /Corp/);
    const saved = await run.call<Connection>('POST /v1/connections', {
      authorizationId: begun.body.id,
      name: 'Corp Dropbox',
    });
    assert.equal(saved.status, 201);
    assert.equal(saved.body.slug, 'corp-dropbox');

    const seen: Sync[] = [];
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { sync } = await connection();
      if (sync !== null) seen.push(sync);
      if (sync?.status === 'succeeded') break;
      assert.ok(Date.now() < deadline, JSON.stringify(sync));
      await sleep(50);
    }
    const underWay = seen
      .filter(({ status, phase }) => status === 'running' && phase === 'members')
      .map(({ processed }) => processed);
    assert.ok(new Set(underWay).size >= 4, `seen while it ran: ${underWay.join(' ')}`);
    assert.deepEqual(
      underWay,
      [...underWay].sort((a, b) => a - b),
    );
    assert.equal(seen.at(-1)?.processed, MEMBERS);
    assert.equal(seen.at(-1)?.total, MEMBERS);
    const { body } = await run.call<{ items: unknown[]; nextCursor: string | null }>(
      'GET /v1/connections/corp-dropbox/members?limit=1000&status=active',
    );
    assert.equal(body.items.length, 1_000);
    assert.ok(body.nextCursor);
  });

  it('invites a joiner once, removes a leaver, and holds the address', async () => {
    simulator.changeSettings({ latencyMs: 0 });
    const settings = { provision: { enabled: true }, deprovision: { enabled: true } };
    const provisioning = await run.call('PUT /v1/connections/corp-dropbox/provisioning', settings);
    assert.equal(provisioning.status, 200, JSON.stringify(provisioning.body));
    const assigned = await run.call('PUT /v1/connections/corp-dropbox/assignments', { everyone: true });
    assert.equal(assigned.status, 200, JSON.stringify(assigned.body));

    await send(event('joiner', 'A1'), event('joiner', 'A2'));
    for (const person of ['A1', 'A2']) await untilSeat({ run, person, is: 'invited' });
    // An invitation that is taken back cannot be recovered, an account can.
    simulator.byHand.accept({ externalId: 'A2' });
    assert.deepEqual(effectsOf('A1'), ['add']);
    assert.deepEqual(effectsOf('A2'), ['add', 'join']);
    assert.equal(simulator.ledger.effects({ externalId: 'A1' })[0]?.details.sendWelcomeEmail, true);

    await send(event('leaver', 'A1'), event('leaver', 'A2'));
    for (const person of ['A1', 'A2']) {
      const { emailHold } = await untilSeat({ run, person, is: 'held' });
      const [removal, another] = simulator.ledger.effects({ externalId: person, kind: 'remove' });
      assert.ok(removal !== undefined && another === undefined);
      assert.equal(removal.details.wipeData, false);
      const heldForMs = Date.parse(emailHold?.until ?? '') - Date.parse(removal.at);
      assert.ok(heldForMs >= HOLD_MS && heldForMs < HOLD_MS + 5_000, `${heldForMs} ms`);
    }
  });

  it('recovers the same account for somebody who is back inside the hold', async () => {
    await send(event('joiner', 'A2'));
    const deadline = Date.now() + 15_000;
    let seat: ShownSeat | null = null;
    while (seat?.state !== 'invited' && seat?.state !== 'active') {
      assert.ok(Date.now() < deadline, JSON.stringify(seat));
      seat = await seatOf({ run, person: 'A2' });
      await sleep(100);
    }
    assert.deepEqual(effectsOf('A2'), ['add', 'join', 'remove', 'recover']);
  });

  it('loses nothing when everything is stopped and started in the middle of a hold', async () => {
    const before = await seatOf({ run, person: 'A1' });
    assert.equal(before?.state, 'held');
    const { code, tookMs, left } = await run.stop();
    assert.deepEqual({ code, left }, { code: 0, left: [] });
    assert.ok(tookMs < 20_000, `${tookMs} ms`);

    run = await start();
    const after = await seatOf({ run, person: 'A1' });
    assert.equal(after?.workflowId, before.workflowId);
    if (after?.state === 'held') assert.deepEqual(after.emailHold, before.emailHold);
    await untilSeat({ run, person: 'A1', is: 'released', withinMs: HOLD_MS + 20_000 });
    assert.ok(Date.now() >= Date.parse(before.emailHold?.until ?? ''), 'not before the hold ended');
    assert.deepEqual(effectsOf('A1'), ['add', 'remove']);
    assert.equal((await connection()).status, 'connected');
  });

  it('adds each of 50 joiners once although the worker is killed among them', async () => {
    simulator.changeSettings({ latencyMs: 80 });
    const people = Array.from({ length: 50 }, (_, i) => `B${100 + i}`);
    const since = simulator.ledger.position;
    const worker = await run.processOf('src/main/worker.ts');
    const startedAt = Date.now();
    await send(...people.map((person) => event('joiner', person)));
    while (simulator.ledger.effects({ kind: 'add', since }).length < 8) {
      assert.ok(Date.now() - startedAt < 30_000, 'joiners are being added');
      await sleep(10);
    }
    process.kill(worker.pid, 'SIGKILL');
    const atKill = simulator.ledger.effects({ kind: 'add', since }).length;
    assert.ok(atKill < 50, `${atKill} were done when the worker was killed`);

    await untilAll({ run, begins: 'B', count: 50, is: 'invited', withinMs: 60_000 });
    const tookMs = Date.now() - startedAt;
    process.stdout.write(`      killed after ${atKill} of 50; all done after ${tookMs} ms\n`);
    assert.ok(tookMs < 60_000, `${tookMs} ms`);
    const added = simulator.ledger.effects({ kind: 'add', since }).map(({ externalId }) => externalId);
    assert.deepEqual(added.sort(), people);
    assert.notEqual((await run.processOf('src/main/worker.ts')).pid, worker.pid);
    simulator.changeSettings({ latencyMs: 0 });
  });

  it('accepts 20 events while the Temporal server is down, and carries all of them out when it is back', async () => {
    const people = Array.from({ length: 20 }, (_, i) => `C${100 + i}`);
    const since = simulator.ledger.position;
    const server = await run.processOf('server start-dev');
    process.kill(server.pid, 'SIGKILL');
    const startedAt = Date.now();
    const answers = await Promise.all(
      people.map((person) => run.call<Accepted>('POST /v1/events', event('joiner', person))),
    );
    const acceptedAfterMs = Date.now() - startedAt;
    assert.equal(
      simulator.ledger.effects({ kind: 'add', since }).length,
      0,
      'Temporal was away all the while',
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      people.map(() => 202),
    );
    await untilAll({ run, begins: 'C', count: 20, is: 'invited', withinMs: 60_000 });
    process.stdout.write(
      `      accepted within ${acceptedAfterMs} ms; all done after ${Date.now() - startedAt} ms\n`,
    );
    const added = simulator.ledger.effects({ kind: 'add', since }).map(({ externalId }) => externalId);
    assert.deepEqual(added.sort(), people);
    assert.notEqual((await run.processOf('server start-dev')).pid, server.pid);
  });

  it('ends with 0 within 20 s, and no process is left', async () => {
    const { code, tookMs, left } = await run.stop();
    assert.deepEqual({ code, left }, { code: 0, left: [] });
    assert.ok(tookMs < 20_000, `${tookMs} ms`);
    assert.match(run.printed(), /Seatkeeper has stopped/);
  });
});
