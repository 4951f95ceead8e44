import assert from 'node:assert/strict';
import { ROUTES } from '../../src/simulator/routes/table.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import {
  byEmail,
  byExternalId,
  byMemberId,
  type ConnectedApp,
  connectedApp,
  refusalTag,
} from './connected-app.ts';

/** Every route, driven by the official SDK. The last test sees to it that none is left out. */
describe('the simulated team API, through the official SDK', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  before(async () => {
    simulator = await startSimulator({ teamSize: 60, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  after(() => simulator.close());

  const add = async (
    email: string,
    rest: { member_external_id?: string; send_welcome_email?: boolean } = {},
  ) => {
    const { result } = await app.sdk.teamMembersAddV2({ new_members: [{ member_email: email, ...rest }] });
    assert.equal(result['.tag'], 'complete');
    const item = result.complete[0];
    assert.ok(item);
    return item;
  };

  const addedId = async (email: string): Promise<string> => {
    const item = await add(email);
    assert.equal(item['.tag'], 'success');
    return item.profile.team_member_id;
  };

  it('tells the team, its seats and its policies', async () => {
    const { result } = await app.sdk.teamGetInfo();
    const { headcount, licences, id } = simulator.team();
    assert.equal(result.team_id, id);
    assert.equal(result.name, 'Corp');
    assert.equal(result.num_licensed_users, licences);
    assert.equal(result.num_provisioned_users, headcount.active + headcount.invited + headcount.suspended);
    assert.equal(result.num_used_licenses, result.num_provisioned_users);
    assert.equal(result.policies.emm_state['.tag'], 'disabled');
  });

  it('names the admin who authorised the app', async () => {
    const { result } = await app.sdk.teamTokenGetAuthenticatedAdmin();
    assert.equal(result.admin_profile.team_member_id, simulator.team().admin?.teamMemberId);
  });

  it('lists the members page by page, removed ones on demand', async () => {
    const seen = new Set<string>();
    let { result } = await app.sdk.teamMembersListV2({ limit: 25, include_removed: true });
    for (;;) {
      for (const { profile } of result.members) seen.add(profile.team_member_id);
      if (!result.has_more) break;
      ({ result } = await app.sdk.teamMembersListContinueV2({ cursor: result.cursor }));
    }
    assert.equal(seen.size, simulator.team().size);
    const present = await app.sdk.teamMembersListV2({});
    assert.equal(present.result.members.length, seen.size - simulator.team().headcount.removed);
    assert.ok(present.result.members.every(({ profile }) => profile.status['.tag'] !== 'removed'));
  });

  it('looks members up by each kind of id, in the order of asking', async () => {
    const item = await add('grace@corp.example', { member_external_id: 'E7' });
    assert.equal(item['.tag'], 'success');
    const id = item.profile.team_member_id;
    const { result } = await app.sdk.teamMembersGetInfoV2({
      members: [
        byMemberId(id),
        byEmail('GRACE@Corp.Example'),
        byExternalId('E7'),
        byEmail('nobody@corp.example'),
      ],
    });
    const found = result.members_info.map((info) =>
      info['.tag'] === 'member_info' ? info.profile.team_member_id : info,
    );
    assert.deepEqual(found, [id, id, id, { '.tag': 'id_not_found', id_not_found: 'nobody@corp.example' }]);
  });

  it('invites people, and says per person why not', async () => {
    const first = await add('ada@corp.example', { member_external_id: 'E1', send_welcome_email: false });
    assert.equal(first['.tag'], 'success');
    assert.equal(first.profile.status['.tag'], 'invited');
    assert.equal(first.profile.external_id, 'E1');
    assert.ok(first.profile.invited_on);
    assert.equal('roles' in first, false);
    const again = await add('ADA@corp.example');
    assert.deepEqual(again, { '.tag': 'user_already_on_team', user_already_on_team: 'ADA@corp.example' });
    const sameId = await add('other@corp.example', { member_external_id: 'E1' });
    assert.equal(sameId['.tag'], 'duplicate_external_member_id');
    const asked = await add('user_on_another_team.bob@corp.example');
    assert.equal(asked['.tag'], 'user_on_another_team');
    const elsewhere = await add(simulator.team(1).admin?.email ?? '');
    assert.equal(elsewhere['.tag'], 'user_on_another_team');
    const [effect, ...rest] = simulator.ledger.effects({ kind: 'add', email: 'ada@corp.example' });
    assert.deepEqual(effect?.details, { sendWelcomeEmail: false });
    assert.equal(rest.length, 0);
  });

  it('invites by an async job when that is asked for', async () => {
    const launch = await app.sdk.teamMembersAddV2({
      new_members: [{ member_email: 'async@corp.example' }],
      force_async: true,
    });
    assert.equal(launch.result['.tag'], 'async_job_id');
    const poll = () => app.sdk.teamMembersAddJobStatusGetV2({ async_job_id: jobId });
    const jobId = launch.result.async_job_id;
    assert.equal((await poll()).result['.tag'], 'in_progress');
    assert.equal(simulator.member({ email: 'async@corp.example' }), undefined);
    simulator.advanceClock(10_000);
    const { result } = await poll();
    assert.equal(result['.tag'], 'complete');
    assert.equal(result.complete[0]?.['.tag'], 'success');
  });

  it('removes people, wiping unless told otherwise, and brings them back under the same id', async () => {
    const id = await addedId('leaver@corp.example');
    simulator.byHand.accept({ teamMemberId: id });
    const removal = await app.sdk.teamMembersRemove({ user: byMemberId(id) });
    assert.deepEqual(removal.result, { '.tag': 'complete' });
    assert.equal(simulator.ledger.effects({ kind: 'remove', teamMemberId: id })[0]?.details.wipeData, true);
    assert.deepEqual(simulator.member({ teamMemberId: id })?.profile.status, {
      '.tag': 'removed',
      is_recoverable: true,
      is_disconnected: false,
    });
    const recovery = await app.sdk.teamMembersRecover({ user: byMemberId(id) });
    assert.equal(recovery.result, null);
    assert.equal(simulator.member({ teamMemberId: id })?.profile.status['.tag'], 'active');
  });

  it('removes by an async job', async () => {
    const id = await addedId('async-leaver@corp.example');
    simulator.changeSettings({ asyncProbability: 1 });
    const { result: launch } = await app.sdk.teamMembersRemove({ user: byMemberId(id), wipe_data: false });
    simulator.changeSettings({ asyncProbability: 0 });
    assert.equal(launch['.tag'], 'async_job_id');
    const poll = () => app.sdk.teamMembersRemoveJobStatusGet({ async_job_id: launch.async_job_id });
    assert.deepEqual((await poll()).result, { '.tag': 'in_progress' });
    simulator.advanceClock(10_000);
    assert.deepEqual((await poll()).result, { '.tag': 'complete' });
    assert.equal(simulator.ledger.effects({ kind: 'remove', teamMemberId: id })[0]?.details.wipeData, false);
  });

  it('transfers what a removed member had, by an async job, and then recovers nobody', async () => {
    const id = await addedId('files-left@corp.example');
    const heir = await addedId('heir@corp.example');
    for (const teamMemberId of [id, heir]) simulator.byHand.accept({ teamMemberId });
    await app.sdk.teamMembersRemove({ user: byMemberId(id), wipe_data: false });
    simulator.changeSettings({ asyncProbability: 1 });
    const { result: launch } = await app.sdk.teamMembersMoveFormerMemberFiles({
      user: byMemberId(id),
      transfer_dest_id: byMemberId(heir),
      transfer_admin_id: byMemberId(String(simulator.team().admin?.teamMemberId)),
    });
    simulator.changeSettings({ asyncProbability: 0 });
    assert.equal(launch['.tag'], 'async_job_id');
    const poll = () =>
      app.sdk.teamMembersMoveFormerMemberFilesJobStatusCheck({ async_job_id: launch.async_job_id });
    assert.deepEqual((await poll()).result, { '.tag': 'in_progress' });
    simulator.advanceClock(10_000);
    assert.deepEqual((await poll()).result, { '.tag': 'complete' });
    const [effect] = simulator.ledger.effects({ kind: 'transfer', teamMemberId: id });
    assert.equal(effect?.details.transferTo, heir);
    const tag = await refusalTag(app.sdk.teamMembersRecover({ user: byMemberId(id) }));
    assert.equal(tag, 'user_unrecoverable');
  });

  it('changes profiles, and refuses what belongs to somebody else', async () => {
    const id = await addedId('mover@corp.example');
    await add('holder@corp.example', { member_external_id: 'E20' });
    const { result } = await app.sdk.teamMembersSetProfileV2({
      user: byMemberId(id),
      new_email: 'moved@corp.example',
      new_external_id: 'E21',
      new_given_name: 'Mo',
      new_surname: 'Ver',
    });
    const { profile } = result.member_info;
    assert.equal(profile.email, 'moved@corp.example');
    assert.equal(profile.external_id, 'E21');
    assert.equal(profile.name.display_name, 'Mo Ver');
    const set = (
      change: object,
      user: Parameters<typeof app.sdk.teamMembersSetProfileV2>[0]['user'] = byMemberId(id),
    ) => refusalTag(app.sdk.teamMembersSetProfileV2({ user, ...change }));
    assert.equal(await set({ new_email: 'HOLDER@corp.example' }), 'email_reserved_for_other_user');
    assert.equal(await set({ new_external_id: 'E20' }), 'external_id_used_by_other_user');
    assert.equal(await set({}), 'no_new_data_specified');
    assert.equal(await set({ new_email: '' }), 'param_cannot_be_empty');
    assert.equal(
      await set({ new_external_id: 'E9' }, byExternalId('E21')),
      'external_id_and_new_external_id_unsafe',
    );
    // The address that was given up is free at once.
    assert.equal((await add('mover@corp.example'))['.tag'], 'success');
  });

  it('suspends and reinstates, wiping unless told otherwise', async () => {
    const id = await addedId('pause@corp.example');
    simulator.byHand.accept({ teamMemberId: id });
    assert.equal((await app.sdk.teamMembersSuspend({ user: byMemberId(id), wipe_data: false })).result, null);
    assert.ok(simulator.member({ teamMemberId: id })?.profile.suspended_on);
    assert.equal((await app.sdk.teamMembersUnsuspend({ user: byMemberId(id) })).result, null);
    await app.sdk.teamMembersSuspend({ user: byMemberId(id) });
    const wipes = simulator.ledger
      .effects({ kind: 'suspend', teamMemberId: id })
      .map(({ details }) => details.wipeData);
    assert.deepEqual(wipes, [false, true]);
  });

  it('reminds invited people only', async () => {
    const id = await addedId('reminded@corp.example');
    await app.sdk.teamMembersSendWelcomeEmail(byMemberId(id));
    simulator.byHand.accept({ teamMemberId: id });
    await app.sdk.teamMembersSendWelcomeEmail(byMemberId(id));
    assert.equal(simulator.ledger.effects({ kind: 'send_welcome_email', teamMemberId: id }).length, 1);
  });

  it('names the roles there are', async () => {
    const { result } = await app.sdk.teamMembersGetAvailableTeamMemberRoles();
    assert.deepEqual(
      result.roles.map(({ name }) => name),
      ['Team', 'User management', 'Support'],
    );
  });

  it('tells which features the plan has', async () => {
    const features = ['has_team_file_events', 'has_team_shared_dropbox'] as const;
    const values = async () => {
      const asked = features.map((feature) => ({ '.tag': feature }));
      return (await app.sdk.teamFeaturesGetValues({ features: asked })).result.values;
    };
    const [fileEvents, shared] = await values();
    assert.deepEqual(fileEvents, {
      '.tag': 'has_team_file_events',
      has_team_file_events: { '.tag': 'enabled', enabled: true },
    });
    assert.equal(shared?.['.tag'], 'has_team_shared_dropbox');
    simulator.changeSettings({ hasTeamFileEvents: false });
    assert.match(JSON.stringify(await values()), /"enabled":false/);
    simulator.changeSettings({ hasTeamFileEvents: true });
    assert.equal(await refusalTag(app.sdk.teamFeaturesGetValues({ features: [] })), 'empty_features_list');
  });

  it('shows the audit log page by page, and what happens later', async () => {
    let { result } = await app.sdk.teamLogGetEvents({ limit: 100 });
    const timestamps = new Set<string>();
    for (;;) {
      assert.ok(result.events.length <= 100);
      for (const event of result.events) timestamps.add(event.timestamp);
      if (!result.has_more) break;
      ({ result } = await app.sdk.teamLogGetEventsContinue({ cursor: result.cursor }));
    }
    assert.ok(timestamps.size > 100);
    await add('in-the-log@corp.example');
    ({ result } = await app.sdk.teamLogGetEventsContinue({ cursor: result.cursor }));
    assert.deepEqual(
      result.events.map(({ event_type: { '.tag': tag } }) => tag),
      ['member_change_status'],
    );
  });

  it("lists the members' devices", async () => {
    simulator.changeSettings({ devicePageMaximum: 20 });
    const members = new Set<string>();
    let { result } = await app.sdk.teamDevicesListMembersDevices({});
    for (;;) {
      for (const { team_member_id: id } of result.devices) members.add(id);
      if (!result.has_more) break;
      ({ result } = await app.sdk.teamDevicesListMembersDevices({ cursor: result.cursor ?? '' }));
    }
    assert.ok(members.size > 20 && members.size < simulator.team().size);
    assert.equal('cursor' in result, false);
  });

  it('revokes the calling token and its siblings', async () => {
    const other = connectedApp({ simulator });
    await other.sdk.authTokenRevoke();
    assert.equal((await other.call('team/get_info')).status, 401);
    assert.equal((await app.call('team/get_info')).status, 200);
  });

  it('has no route that the SDK did not drive here', () => {
    const driven = new Set(simulator.ledger.calls({ status: 200 }).map(({ route }) => route));
    assert.deepEqual(
      [...ROUTES.keys()].filter((route) => !driven.has(route)),
      [],
    );
  });
});
