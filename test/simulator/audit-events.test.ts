import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { pollLog, readLog, typesOf } from './audit-reading.ts';
import { byEmail, type ConnectedApp, connectedApp } from './connected-app.ts';

describe('what stands in the simulated audit log', () => {
  let simulator: Simulator;
  let app: ConnectedApp;
  let cursor: string;

  beforeEach(async () => {
    simulator = await startSimulator({
      teamSize: 40,
      settings: { asyncProbability: 0, generatedEvents: false },
    });
    app = connectedApp({ simulator });
    ({ cursor } = await readLog(app));
  });
  afterEach(() => simulator.close());

  it('is every change of a member, with who did it and how', async () => {
    const email = 'ada@corp.example';
    await app.sdk.teamMembersAddV2({ new_members: [{ member_email: email }] });
    simulator.byHand.accept({ email });
    await app.sdk.teamMembersSuspend({ user: byEmail(email) });
    await app.sdk.teamMembersUnsuspend({ user: byEmail(email) });
    simulator.byHand.remove({ email });
    await app.sdk.teamMembersRecover({ user: byEmail(email) });
    const { events } = await pollLog(app, cursor);
    const id = simulator.member({ email })?.profile.team_member_id;
    const told = events.map(({ actor, origin, context, details }) => {
      assert.ok(context?.['.tag'] === 'team_member' && context.team_member_id === id);
      const { previous_value: from, new_value: to } = details as Record<string, { '.tag': string }>;
      return [from?.['.tag'], to?.['.tag'], actor?.['.tag'], origin?.access_method['.tag']].join(' ');
    });
    assert.deepEqual(told, [
      'not_joined invited app api',
      'invited active user end_user',
      'active suspended app api',
      'suspended active app api',
      'active removed admin admin_console',
      'removed active app api',
    ]);
    assert.deepEqual(events[4]?.details.action, {
      '.tag': 'remove_action',
      remove_action: { '.tag': 'delete' },
    });
  });

  it('has the shapes of the specification', async () => {
    const email = simulator.team().admin?.email ?? '';
    const { team_member_id, account_id } = simulator.member({ email })?.profile ?? {};
    simulator.activity.addEvents({
      events: [
        { type: 'file_edit', email, accessMethod: 'desktop' },
        { type: 'file_add', email, actor: 'app' },
        { type: 'shared_link_view', guest: 'g@else.example', context: { email }, participants: [{ email }] },
        { type: 'shared_content_view', email, actor: 'anonymous' },
        { type: 'brand_new', email, raw: { origin: null } },
      ],
    });
    const { events } = await pollLog(app, cursor);
    const [edit, add, view, anonymous, unknown] = events;
    const { display_name, ...person } = edit?.actor?.['.tag'] === 'user' ? edit.actor.user : {};
    assert.deepEqual(person, { '.tag': 'team_member', account_id, email, team_member_id });
    assert.ok(display_name);
    const method = edit?.origin?.access_method;
    assert.ok(method?.['.tag'] === 'end_user' && method.end_user.session_id?.startsWith('dbdsid:'));
    assert.equal(edit?.details['.tag'], 'file_edit_details');
    assert.equal(typeof edit?.event_type.description, 'string');
    assert.ok(add?.actor?.['.tag'] === 'app' && 'app_id' in add.actor.app);
    assert.match(JSON.stringify(add.origin), /{".tag":"api","request_id":"[0-9a-f]{32}"}/);
    assert.match(JSON.stringify(view?.actor), /^{".tag":"user","user":{".tag":"non_team_member"/);
    assert.match(JSON.stringify(view?.participants), /^\[{".tag":"user","user":{".tag":"team_member"/);
    assert.equal(view?.involve_non_team_member, true);
    assert.deepEqual(anonymous?.actor, { '.tag': 'anonymous' });
    assert.deepEqual([unknown?.event_category, unknown?.origin], [{ '.tag': 'other' }, null]);
  });

  it('is, without anybody doing anything, a believable mix of work, noise and silence', () => {
    simulator.changeSettings({ generatedEvents: true });
    const events = [...simulator.activity.rawEvents()];
    const types = new Set(typesOf(events));
    for (const type of ['login_success', 'file_edit', 'login_fail', 'device_change_ip_desktop']) {
      assert.ok(types.has(type), type);
    }
    const actors = new Set(events.map(({ actor }) => actor?.['.tag']));
    for (const actor of ['user', 'admin', 'app', 'anonymous', 'dropbox'])
      assert.ok(actors.has(actor as never), actor);
    const methods = new Set(events.map(({ origin }) => origin?.access_method['.tag']));
    for (const method of ['end_user', 'sign_in_as', 'api', 'admin_console']) {
      assert.ok(methods.has(method as never), method);
    }
    const removed = simulator.team().headcount.removed;
    const removals = events.filter(({ details }) =>
      JSON.stringify(details).includes('"new_value":{".tag":"removed"}'),
    );
    // Those of the last day may still be on their way.
    assert.ok(removals.length <= removed && removals.length >= removed - 2);
  });
});
