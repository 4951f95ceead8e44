import assert from 'node:assert/strict';
import { ActivityProfiles } from '../../src/simulator/audit/activity-profile.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type EventsResult, isoOf } from './audit-reading.ts';
import { connectedApp } from './connected-app.ts';

const SIZE = 100_000;
const DAY_MS = 86_400_000;

describe('the generated events of a hundred thousand members', () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ teamSize: SIZE });
  });
  after(() => simulator.close());

  it('are there page by page, from any moment, without being stored', async () => {
    const app = connectedApp({ simulator });
    const heapBefore = process.memoryUsage().heapUsed;
    for (const daysAgo of [390, 200, 90, 10]) {
      const time = { start_time: isoOf(simulator.nowMs() - daysAgo * DAY_MS) };
      let page = await app.json<EventsResult>('team_log/get_events', { time });
      for (let more = 0; more < 3; more += 1) {
        assert.ok(page.has_more && page.events.length > 0);
        page = await app.json('team_log/get_events/continue', { cursor: page.cursor });
      }
    }
    assert.ok(process.memoryUsage().heapUsed - heapBefore < 150_000_000);
  });

  it('say the same whenever they are asked for', () => {
    const toMs = Math.floor(simulator.nowMs() / 1_000) * 1_000 - DAY_MS;
    const range = { fromMs: toMs - 120_000, toMs };
    const texts = () => [...simulator.activity.rawEvents(range)].map((event) => JSON.stringify(event));
    assert.deepEqual(texts(), texts());
  });
});

describe('what generated members do', () => {
  it('goes on for most, ended weeks or months ago for some, and never began for a few', () => {
    const profiles = new ActivityProfiles({ seed: 7, epochMs: 0 });
    const counts = { goesOn: 0, weeks: 0, months: 0, never: 0 };
    for (let member = 0; member < 10_000; member += 1) {
      const lastMs = profiles.lastOwnMs(member);
      if (lastMs === Number.POSITIVE_INFINITY) counts.goesOn += 1;
      else if (lastMs === Number.NEGATIVE_INFINITY) counts.never += 1;
      else if (lastMs > -90 * DAY_MS) counts.weeks += 1;
      else counts.months += 1;
    }
    assert.ok(counts.goesOn > 6_500 && counts.goesOn < 8_000);
    assert.ok(counts.weeks > 800 && counts.months > 800 && counts.never > 400);
  });

  it('shows in the log: some edited a file lately, some long ago, some never', async () => {
    const simulator = await startSimulator({ teamSize: 300 });
    const last = new Map<string, number>();
    for (const { actor, timestamp, origin, event_type: type } of simulator.activity.rawEvents()) {
      if (actor?.['.tag'] !== 'user' || !('team_member_id' in actor.user)) continue;
      if (!type['.tag'].startsWith('file_') || origin?.access_method['.tag'] !== 'end_user') continue;
      last.set(actor.user.team_member_id ?? '', Date.parse(timestamp));
    }
    const times = [...last.values()];
    const monthsAgo = simulator.nowMs() - 90 * DAY_MS;
    assert.ok(times.some((at) => at < monthsAgo) && times.filter((at) => at > monthsAgo).length > 150);
    assert.ok(last.size < 300 - simulator.team().headcount.invited);
    await simulator.close();
  });
});
