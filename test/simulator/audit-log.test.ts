import assert from 'node:assert/strict';
import type { Fault } from '../../src/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { isoOf, pollLog, readLog, sorted, typesOf } from './audit-reading.ts';
import { type ConnectedApp, connectedApp } from './connected-app.ts';

const DAY_MS = 86_400_000;

describe('the simulated audit log', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  beforeEach(async () => {
    // Time is moved by days here, which no token would outlive.
    const settings = { asyncProbability: 0, accessTokenLifetimeMs: 365 * DAY_MS };
    simulator = await startSimulator({ teamSize: 60, settings });
    app = connectedApp({ simulator });
  });
  afterEach(() => simulator.close());

  const admin = () => simulator.team().admin?.email ?? '';
  /** Nothing but what a test records. */
  const silence = () => simulator.changeSettings({ generatedEvents: false });
  const ask = (argument: object) => app.call('team_log/get_events', argument);

  it('shows every event once, whatever the size of its pages, empty ones among them', async () => {
    const all = sorted(simulator.activity.rawEvents());
    assert.ok(all.length > 500);
    assert.deepEqual(sorted((await readLog(app)).events), all);
    simulator.changeSettings({ auditEmptyPageProbability: 0.3, auditShuffled: true, auditPageMaximum: 90 });
    const { pages, events } = await readLog(app, { limit: 100 });
    assert.deepEqual(sorted(events), all);
    assert.ok(pages.every((page) => page.length <= 90) && pages.some((page) => page.length === 0));
    const times = events.map(({ timestamp }) => timestamp);
    assert.notDeepEqual(times, [...times].sort());
  });

  it('takes the start of a range in and leaves its end out', async () => {
    silence();
    const atMs = simulator.nowMs() - 10 * DAY_MS;
    simulator.activity.addEvents({
      events: [-1_000, 0, 1_000].map((offset) => ({ type: 'logout', email: admin(), at: atMs + offset })),
    });
    const { events } = await readLog(app, {
      time: { start_time: isoOf(atMs), end_time: isoOf(atMs + 1_000) },
    });
    assert.deepEqual(
      events.map(({ timestamp }) => timestamp),
      [isoOf(atMs)],
    );
  });

  it('filters by category, by type and by whoever has a part in it', async () => {
    const logins = await readLog(app, { category: 'logins' });
    assert.ok(logins.events.length > 10);
    assert.ok(logins.events.every((event) => event.event_category['.tag'] === 'logins'));
    const failed = await readLog(app, { event_type: { '.tag': 'login_fail' } });
    assert.deepEqual(new Set(typesOf(failed.events)), new Set(['login_fail']));
    const member = simulator.member({ email: admin() })?.profile;
    const own = await readLog(app, { account_id: member?.account_id });
    assert.ok(own.events.length > 0);
    assert.ok(own.events.every((event) => JSON.stringify(event).includes(member?.team_member_id ?? '-')));
  });

  it('refuses what contradicts itself, with the tags of the specification', async () => {
    const time = { start_time: '2026-02-01T00:00:00Z', end_time: '2026-02-01T00:00:00Z' };
    assert.match((await ask({ time })).text, /invalid_time_range/);
    assert.match((await ask({ category: 'logins', event_type: 'logout' })).text, /invalid_filters/);
    assert.match((await ask({ account_id: `dbid:${'A'.repeat(35)}` })).text, /account_id_not_found/);
    for (const wrong of [
      { limit: 0 },
      { limit: 1_001 },
      { time: { start_time: '1.2.2026' } },
      { category: 'x' },
    ]) {
      assert.equal((await ask(wrong)).status, 400);
    }
    const other = await app.call('team_log/get_events/continue', { cursor: 'x' });
    assert.equal(other.status, 409);
    assert.match(other.text, /bad_cursor/);
  });

  it('gives a cursor without an end what came in since, late events too', async () => {
    const first = await readLog(app, { time: { start_time: isoOf(simulator.nowMs() - 5 * DAY_MS) } });
    assert.deepEqual((await pollLog(app, first.cursor)).events, []);
    const at = simulator.nowMs() - 3 * DAY_MS;
    simulator.activity.addEvents({
      events: [
        { type: 'file_edit', email: admin(), at },
        { type: 'file_add', email: admin(), at, visibleAt: simulator.nowMs() + DAY_MS / 24 },
        // Before the range that the cursor was asked for.
        { type: 'file_move', email: admin(), at: at - 5 * DAY_MS },
      ],
    });
    const second = await pollLog(app, first.cursor);
    assert.deepEqual(typesOf(second.events), ['file_edit']);
    simulator.advanceClock(2 * DAY_MS);
    const third = await pollLog(app, second.cursor);
    assert.ok(typesOf(third.events).includes('file_add'));
    assert.ok(third.events.length > 1, 'the members go on');
    const all = sorted(simulator.activity.rawEvents({ fromMs: simulator.nowMs() - 7 * DAY_MS }));
    for (const event of sorted([...second.events, ...third.events])) assert.ok(all.includes(event));
    const bounded = await readLog(app, { time: { end_time: isoOf(simulator.nowMs()) } });
    simulator.advanceClock(DAY_MS);
    assert.deepEqual((await pollLog(app, bounded.cursor)).events, []);
  });

  it('keeps events back for as long as the delay, and no longer', async () => {
    simulator.changeSettings({ auditDelayMs: 6 * 3_600_000 });
    const before = await readLog(app);
    simulator.byHand.add({ email: 'late@corp.example' });
    const during = await pollLog(app, before.cursor);
    assert.deepEqual(during.events, []);
    simulator.advanceClock(6 * 3_600_000 + 1_000);
    const after = await pollLog(app, during.cursor);
    assert.ok(typesOf(after.events).includes('member_change_status'));
    assert.deepEqual(sorted([...before.events, ...after.events]).length, (await readLog(app)).events.length);
  });

  it('resets cursors that are too old or were taken back, and says where to begin again', async () => {
    const expectReset = async (cursor: string, since: string | undefined) => {
      const { status, text } = await app.call('team_log/get_events/continue', { cursor });
      assert.equal(status, 409);
      const { error } = JSON.parse(text);
      assert.deepEqual(error, { '.tag': 'reset', reset: since });
    };
    const latest = (events: readonly { timestamp: string }[]) =>
      events
        .map(({ timestamp }) => timestamp)
        .sort()
        .at(-1);
    const first = await readLog(app);
    simulator.activity.resetCursors();
    await expectReset(first.cursor, latest(first.events));
    const second = await readLog(app);
    simulator.changeSettings({ auditCursorLifetimeMs: 60_000 });
    assert.deepEqual((await pollLog(app, second.cursor)).events, []);
    simulator.advanceClock(60_000);
    await expectReset(second.cursor, latest(second.events));
  });

  it('forgets what is older than the retention', async () => {
    simulator.changeSettings({ auditRetentionDays: 30 });
    const { events } = await readLog(app);
    const oldest = isoOf(simulator.nowMs() - 30 * DAY_MS - 60_000);
    assert.ok(events.length > 50 && events.every(({ timestamp }) => timestamp >= oldest));
  });

  it('has no file operations where the plan does not log them', async () => {
    simulator.changeSettings({ hasTeamFileEvents: false });
    simulator.activity.addEvents({ events: [{ type: 'paper_content_create', email: admin() }] });
    const { events } = await readLog(app);
    assert.ok(events.length > 50);
    assert.ok(events.every((event) => event.event_category['.tag'] !== 'file_operations'));
    assert.ok(!typesOf(events).includes('paper_content_create'));
  });

  it('is spoilt like every other route, and the devices and features with it', async () => {
    const { cursor } = await readLog(app, { category: 'logins' });
    const calls = {
      'team_log/get_events': {},
      'team_log/get_events/continue': { cursor },
      'team/devices/list_members_devices': {},
      'team/features/get_values': { features: ['has_team_file_events'] },
    };
    for (const [route, argument] of Object.entries(calls)) {
      const struck = (fault: Fault) => {
        simulator.faults.add({ route, count: 1, fault });
        return app.call(route, argument);
      };
      const limited = await struck({ kind: 'rate_limited', retryAfterSeconds: 7 });
      assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
      assert.equal((await struck({ kind: 'server_error', status: 500 })).status, 500);
      assert.match((await struck({ kind: 'html' })).text, /<html>/);
      const { text } = await struck({ kind: 'truncated' });
      assert.throws(() => JSON.parse(text));
      await assert.rejects(struck({ kind: 'truncated', cut: true }));
      await assert.rejects(struck({ kind: 'reset' }));
      assert.equal((await app.call(route, argument)).status, 200);
    }
    simulator.access.dropScope({ scope: 'events.read' });
    assert.match((await ask({})).text, /missing_scope/);
  });

  it('plays the faults of a listing, and loses nothing by them', async () => {
    silence();
    const events = Array.from({ length: 30 }, (_, minutes) => ({
      type: 'file_edit',
      email: admin(),
      at: simulator.nowMs() - minutes * 60_000,
    }));
    simulator.activity.addEvents({ events });
    const onContinue = (kind: 'empty_page' | 'repeated_page' | 'empty_listing' | 'invalid_cursor') =>
      simulator.faults.add({ route: 'team_log/get_events/continue', count: 1, fault: { kind } });
    onContinue('empty_page');
    assert.equal((await readLog(app, { limit: 10 })).events.length, 30);
    onContinue('repeated_page');
    const repeated = (await readLog(app, { limit: 10 })).events;
    assert.equal(repeated.length, 40);
    assert.equal(new Set(sorted(repeated)).size, 30);
    onContinue('empty_listing');
    const cutShort = await readLog(app, { limit: 10 });
    assert.equal(cutShort.events.length, 10);
    const rest = await pollLog(app, cutShort.cursor);
    assert.equal(new Set(sorted([...cutShort.events, ...rest.events])).size, 30);
    onContinue('invalid_cursor');
    const { text } = await app.call('team_log/get_events/continue', { cursor: rest.cursor });
    assert.match(text, /bad_cursor/);
  });
});
