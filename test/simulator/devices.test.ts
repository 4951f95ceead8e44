import assert from 'node:assert/strict';
import type { team } from 'dropbox';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type ConnectedApp, connectedApp } from './connected-app.ts';

const ROUTE = 'team/devices/list_members_devices';

describe('the simulated list of devices', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  beforeEach(async () => {
    simulator = await startSimulator({ teamSize: 120 });
    app = connectedApp({ simulator });
  });
  afterEach(() => simulator.close());

  async function read(flags: object = {}): Promise<team.MemberDevices[]> {
    const devices: team.MemberDevices[] = [];
    let page = await app.json<team.ListMembersDevicesResult>(ROUTE, flags);
    for (;;) {
      devices.push(...page.devices);
      if (!page.has_more) return devices;
      page = await app.json(ROUTE, { ...flags, cursor: page.cursor });
    }
  }

  it('is the same however it is paged, and from one look to the next', async () => {
    const whole = await read();
    simulator.changeSettings({ devicePageMaximum: 7 });
    simulator.faults.add({ route: ROUTE, nth: 3, fault: { kind: 'empty_page' } });
    assert.deepEqual(await read(), whole);
    assert.ok(whole.length > 60 && whole.length < 120);
  });

  it('has the kinds that were asked for', async () => {
    const devices = await read({ include_web_sessions: false, include_mobile_clients: false });
    assert.ok(devices.length > 20);
    assert.ok(devices.every((entry) => Object.keys(entry).join() === 'team_member_id,desktop_clients'));
    const updated = devices.flatMap((entry) => entry.desktop_clients ?? []).map((client) => client.updated);
    assert.ok(updated.some((at) => at !== undefined && Date.parse(at) > simulator.nowMs() - 7 * 86_400_000));
  });

  it('sometimes knows more than the audit log', async () => {
    const lastLogged = new Map<string, string>();
    for (const { actor, timestamp } of simulator.activity.rawEvents()) {
      if (actor?.['.tag'] !== 'user' || !('team_member_id' in actor.user)) continue;
      const id = actor.user.team_member_id ?? '';
      if ((lastLogged.get(id) ?? '') < timestamp) lastLogged.set(id, timestamp);
    }
    const newer = (await read()).filter(({ team_member_id: id, desktop_clients: clients = [] }) =>
      clients.some(({ updated = '' }) => updated > (lastLogged.get(id) ?? '')),
    );
    assert.ok(newer.length > 0);
  });

  it('shows the sessions that were given to a member, and only of members who are here', async () => {
    simulator.changeSettings({ generatedDevices: false });
    assert.deepEqual(await read(), []);
    const { teamMemberId = '', email = '' } = simulator.team().admin ?? {};
    simulator.activity.setDevices({
      email,
      desktop: [{ updated: '2026-01-02T03:04:05Z' }],
      web: [{ updated: null }],
    });
    const [entry, ...others] = await read();
    assert.equal(others.length, 0);
    assert.equal(entry?.team_member_id, teamMemberId);
    assert.equal(entry.desktop_clients?.[0]?.updated, '2026-01-02T03:04:05Z');
    assert.equal('updated' in (entry.web_sessions?.[0] ?? {}), false);
    assert.deepEqual(entry.mobile_clients, []);
  });

  it('resets cursors that were taken back, are too old, or nobody gave', async () => {
    simulator.changeSettings({ devicePageMaximum: 10 });
    const begin = async () => (await app.json<team.ListMembersDevicesResult>(ROUTE, {})).cursor;
    const expectReset = async (cursor: unknown) => {
      const { status, text } = await app.call(ROUTE, { cursor });
      assert.equal(status, 409);
      assert.deepEqual(JSON.parse(text).error, { '.tag': 'reset' });
    };
    await expectReset('x');
    const taken = await begin();
    simulator.activity.resetCursors({ of: 'devices' });
    await expectReset(taken);
    const old = await begin();
    simulator.changeSettings({ cursorLifetimeMs: 1_000 });
    simulator.advanceClock(1_000);
    await expectReset(old);
  });
});
