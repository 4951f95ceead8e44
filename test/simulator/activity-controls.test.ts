import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventInput } from '../../src/simulator/controls/event-input.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { pollLog, readLog, sorted } from './audit-reading.ts';
import { connectedApp } from './connected-app.ts';

describe('the controls of activity', () => {
  let simulator: Simulator;
  let stateFile: string;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-activity-'));
    stateFile = join(folder, 'simulator.jsonl');
  });
  beforeEach(start);
  afterEach(() => simulator.close());
  after(() => rm(folder, { recursive: true }));

  async function start(): Promise<void> {
    simulator = await startSimulator({ teamSize: 50, stateFile, settings: { asyncProbability: 0 } });
    simulator.changeSettings({ generatedEvents: false });
  }

  const send = (method: string, path: string, body?: string) =>
    fetch(`${simulator.origin}/simulator${path}`, { method, ...(body === undefined ? {} : { body }) });
  const admin = () => simulator.team().admin?.email ?? '';

  it('take one event, a list, or one event a line', async () => {
    const event: EventInput = { type: 'file_edit', email: admin() };
    const bodies = [
      JSON.stringify(event),
      JSON.stringify([event, event]),
      `${JSON.stringify(event)}\n${JSON.stringify(event)}\n`,
      JSON.stringify({ team: 1, events: [{ type: 'logout', guest: 'x@y.example' }] }),
    ];
    const recorded: number[] = [];
    for (const body of bodies) {
      const response = await send('POST', '/events', body);
      assert.equal(response.status, 201);
      recorded.push(((await response.json()) as { recorded: number }).recorded);
    }
    assert.deepEqual(recorded, [1, 3, 5, 1]);
    assert.equal((await send('DELETE', '/events')).status, 204);
    assert.equal(simulator.team().auditEventsRecorded, 0);
    assert.equal(simulator.team(1).auditEventsRecorded, 1);
  });

  it('take all events of a request or none, and say which was wrong', async () => {
    const good = { type: 'file_edit', email: admin() };
    const wrongs: object[] = [
      { type: 'file_edit', email: 'nobody@corp.example' },
      { type: 'file_edit' },
      { email: admin() },
      { ...good, at: 'yesterday' },
      { ...good, actor: 'robot' },
      { ...good, accessMethod: 'telepathy' },
    ];
    for (const wrong of wrongs) {
      const response = await send('POST', '/events', JSON.stringify([good, wrong]));
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as { error: string }).error, /^Event 1: /);
    }
    assert.equal((await send('POST', '/events', '{"type":')).status, 400);
    assert.equal(simulator.team().auditEventsRecorded, 0);
  });

  it('set devices and reset cursors', async () => {
    const body = JSON.stringify({ email: admin(), mobile: [{ updated: '2026-01-01T00:00:00Z' }] });
    const headers = { 'content-type': 'application/json' };
    const post = (path: string, text: string) =>
      fetch(`${simulator.origin}/simulator${path}`, { method: 'POST', headers, body: text });
    assert.equal((await post('/devices', body)).status, 204);
    const app = connectedApp({ simulator });
    assert.match((await app.call('team/devices/list_members_devices', {})).text, /2026-01-01T00:00:00Z/);
    const { cursor } = await readLog(app);
    assert.equal((await post('/cursors/reset', '{"of":"audit"}')).status, 204);
    assert.match((await app.call('team_log/get_events/continue', { cursor })).text, /"reset"/);
    assert.equal((await post('/cursors/reset', '{"of":"members"}')).status, 400);
    assert.match(await (await send('GET', '')).text(), /Corp: \d+ active, .*\n.*audit log: .* recorded/);
  });

  it('outlive a restart: events, sessions, cursors and those that were taken back', async () => {
    simulator.activity.clearEvents();
    const { accessToken } = simulator.issueTokens();
    const old = connectedApp({ simulator, accessToken });
    const { cursor: taken } = await readLog(old);
    simulator.activity.resetCursors();
    const { cursor } = await readLog(old);
    simulator.byHand.add({ email: 'new@corp.example' });
    simulator.activity.addEvents({ events: [{ type: 'file_edit', email: admin(), details: { a: 1 } }] });
    simulator.activity.setDevices({ email: admin(), web: [{ sessionId: 'dbwsid:mine' }] });
    const { events: before } = await readLog(old);
    await simulator.close();
    await start();
    const app = connectedApp({ simulator, accessToken });
    assert.deepEqual(sorted((await readLog(app)).events), sorted(before));
    assert.deepEqual(sorted((await pollLog(app, cursor)).events), sorted(before));
    assert.match((await app.call('team_log/get_events/continue', { cursor: taken })).text, /"reset"/);
    assert.match((await app.call('team/devices/list_members_devices', {})).text, /dbwsid:mine/);
  });

  it('take sixty thousand events in one request, quickly', async () => {
    const people = [...Array(40).keys()].map((index) => ({ guest: `g${index}@else.example` }));
    const nowMs = simulator.nowMs();
    const lines = Array.from({ length: 60_000 }, (_, index) =>
      JSON.stringify({ type: 'shared_link_view', at: nowMs - index * 60_000, ...people[index % 40] }),
    );
    const begunMs = performance.now();
    const response = await send('POST', '/events', lines.join('\n'));
    assert.equal(response.status, 201);
    assert.ok(performance.now() - begunMs < 15_000);
    const { events, pages } = await readLog(connectedApp({ simulator }), {
      time: { start_time: `${new Date(nowMs - 3_000 * 60_000).toISOString().slice(0, 19)}Z` },
    });
    assert.equal(pages.length, 4);
    assert.ok(events.length >= 3_000);
    simulator.activity.clearEvents();
  });
});
