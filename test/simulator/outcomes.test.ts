import assert from 'node:assert/strict';
import { type Operation, SITUATIONS, type Situation } from '../../src/simulator/members/outcomes.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byMemberId, type ConnectedApp, connectedApp, refusalTag } from './connected-app.ts';

/** What Dropbox's specification and help pages say, and where they are silent the reading that was agreed on. */
const EXPECTED: Record<Exclude<Operation, 'add'>, Record<Situation, string>> = {
  remove: {
    invited: 'ok',
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  recover: {
    invited: 'user_unrecoverable',
    active: 'user_unrecoverable',
    suspended: 'user_unrecoverable',
    removed_recoverable: 'ok',
    removed_final: 'user_unrecoverable',
    nobody: 'user_not_found',
  },
  set_profile: {
    invited: 'ok',
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'set_profile_disallowed',
    removed_final: 'set_profile_disallowed',
    nobody: 'user_not_found',
  },
  suspend: {
    invited: 'suspend_inactive_user',
    active: 'ok',
    suspended: 'suspend_inactive_user',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  unsuspend: {
    invited: 'unsuspend_non_suspended_member',
    active: 'unsuspend_non_suspended_member',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  send_welcome_email: {
    invited: 'ok',
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  transfer: {
    invited: 'user_not_removed',
    active: 'user_not_removed',
    suspended: 'user_not_removed',
    removed_recoverable: 'ok',
    // Here it is final because the person kept the account.
    removed_final: 'user_data_cannot_be_transferred',
    nobody: 'user_not_found',
  },
};

const EXPECTED_ADD: Record<Situation, string> = {
  invited: 'user_already_on_team',
  active: 'user_already_on_team',
  suspended: 'user_already_on_team',
  removed_recoverable: 'user_already_on_team',
  removed_final: 'success',
  nobody: 'success',
};

describe('what each route does in each state of a member', () => {
  let simulator: Simulator;
  let app: ConnectedApp;
  let people = 0;

  before(async () => {
    simulator = await startSimulator({ teamSize: 10, licences: 500, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  after(() => simulator.close());

  /** Somebody new, brought into the situation by hand. */
  function somebody(situation: Situation): { email: string; id: string } {
    people += 1;
    const email = `p${people}@corp.example`;
    if (situation === 'nobody') return { email, id: 'dbmid:nobody' };
    const { byHand } = simulator;
    byHand.add({ email });
    if (situation !== 'invited') byHand.accept({ email });
    if (situation === 'suspended') byHand.suspend({ email });
    if (situation === 'removed_recoverable') byHand.remove({ email });
    if (situation === 'removed_final') byHand.remove({ email, keepAccount: true });
    return { email, id: simulator.member({ email })?.profile.team_member_id ?? '' };
  }

  const call = (operation: Exclude<Operation, 'add'>, id: string): Promise<unknown> => {
    const user = byMemberId(id);
    switch (operation) {
      case 'remove':
        return app.sdk.teamMembersRemove({ user, wipe_data: false });
      case 'recover':
        return app.sdk.teamMembersRecover({ user });
      case 'set_profile':
        return app.sdk.teamMembersSetProfileV2({ user, new_given_name: 'Ada' });
      case 'suspend':
        return app.sdk.teamMembersSuspend({ user, wipe_data: false });
      case 'unsuspend':
        return app.sdk.teamMembersUnsuspend({ user });
      case 'send_welcome_email':
        return app.sdk.teamMembersSendWelcomeEmail(user);
      case 'transfer': {
        const admin = byMemberId(simulator.team().admin?.teamMemberId ?? '');
        return app.sdk.teamMembersMoveFormerMemberFiles({
          user,
          transfer_dest_id: admin,
          transfer_admin_id: admin,
        });
      }
    }
  };

  for (const [operation, row] of Object.entries(EXPECTED) as [
    Exclude<Operation, 'add'>,
    Record<Situation, string>,
  ][]) {
    it(`${operation} answers by the table`, async () => {
      const answers: Partial<Record<Situation, string>> = {};
      for (const situation of SITUATIONS) {
        answers[situation] = await refusalTag(call(operation, somebody(situation).id));
      }
      assert.deepEqual(answers, row);
    });
  }

  it('add answers by the table', async () => {
    const answers: Partial<Record<Situation, string>> = {};
    for (const situation of SITUATIONS) {
      const { result } = await app.sdk.teamMembersAddV2({
        new_members: [{ member_email: somebody(situation).email.toUpperCase() }],
      });
      answers[situation] = result['.tag'] === 'complete' ? (result.complete[0]?.['.tag'] ?? '') : '';
    }
    assert.deepEqual(answers, EXPECTED_ADD);
  });

  it('answers otherwise where the setting says so', async () => {
    const { id } = somebody('removed_recoverable');
    simulator.changeSettings({ outcomes: { remove: { removed_recoverable: 'user_not_found' } } });
    assert.equal(await refusalTag(call('remove', id)), 'user_not_found');
    simulator.changeSettings({ outcomes: {} });
  });

  it('never lets the last admin be removed or suspended', async () => {
    const admins = () => simulator.team().admin?.teamMemberId ?? '';
    assert.equal(await refusalTag(call('suspend', admins())), 'ok');
    const last = admins();
    assert.equal(await refusalTag(call('suspend', last)), 'suspend_last_admin');
    assert.equal(await refusalTag(call('remove', last)), 'remove_last_admin');
    assert.equal(admins(), last);
  });

  it('refuses removals whose wishes contradict each other', async () => {
    const admin = byMemberId(simulator.team().admin?.teamMemberId ?? '');
    const active = byMemberId(somebody('active').id);
    const invited = byMemberId(somebody('invited').id);
    const receiver = byMemberId(somebody('active').id);
    const gone = byMemberId(somebody('removed_recoverable').id);
    const nobody = byMemberId('dbmid:nobody');
    const remove = (argument: object, user = active) =>
      refusalTag(app.sdk.teamMembersRemove({ user, ...argument }));
    const dest = (transfer_dest_id: object, transfer_admin_id: object = admin) => ({
      transfer_dest_id,
      transfer_admin_id,
    });
    assert.equal(await remove({ keep_account: true }), 'cannot_keep_account_and_delete_data');
    assert.equal(await remove({ keep_account: true, ...dest(receiver) }), 'cannot_keep_account_and_transfer');
    assert.equal(
      await remove({ keep_account: true, wipe_data: false }, invited),
      'cannot_keep_invited_user_account',
    );
    assert.equal(await remove({ retain_team_shares: true }), 'cannot_retain_shares_when_data_wiped');
    assert.equal(
      await remove({ retain_team_shares: true, wipe_data: false }),
      'cannot_retain_shares_when_no_account_kept',
    );
    assert.equal(await remove({ transfer_dest_id: receiver }), 'unspecified_transfer_admin_id');
    assert.equal(await remove(dest(active)), 'removed_and_transfer_dest_should_differ');
    assert.equal(await remove(dest(nobody)), 'transfer_dest_user_not_found');
    assert.equal(await remove(dest(gone)), 'transfer_dest_user_not_in_team');
    assert.equal(await remove(dest(receiver, active)), 'removed_and_transfer_admin_should_differ');
    assert.equal(await remove(dest(receiver, nobody)), 'transfer_admin_user_not_found');
    assert.equal(await remove(dest(receiver, gone)), 'transfer_admin_user_not_in_team');
    assert.equal(await remove(dest(receiver, receiver)), 'transfer_admin_is_not_admin');
    assert.equal(await remove(dest(invited)), 'recipient_not_verified');
    assert.equal(await remove(dest(receiver)), 'ok');
  });

  it('transfers the files of a former member once, long after the removal too, and then recovers nobody', async () => {
    const admin = byMemberId(simulator.team().admin?.teamMemberId ?? '');
    const former = somebody('removed_recoverable');
    const old = somebody('removed_recoverable');
    const receiver = byMemberId(somebody('active').id);
    const transfer = (id: string, to = receiver, by = admin): Promise<string> =>
      refusalTag(
        app.sdk.teamMembersMoveFormerMemberFiles({
          user: byMemberId(id),
          transfer_dest_id: to,
          transfer_admin_id: by,
        }),
      );
    assert.equal(await transfer(former.id, byMemberId(somebody('invited').id)), 'recipient_not_verified');
    assert.equal(await transfer(former.id, byMemberId(former.id)), 'removed_and_transfer_dest_should_differ');
    assert.equal(await transfer(former.id, receiver, receiver), 'transfer_admin_is_not_admin');
    assert.equal(await transfer(former.id), 'ok');
    assert.equal(await transfer(former.id), 'user_data_already_transferred');
    assert.equal(await refusalTag(call('recover', former.id)), 'user_unrecoverable');
    assert.equal(simulator.ledger.effects({ kind: 'transfer', teamMemberId: former.id }).length, 1);
    const passDays = (days: number): void => {
      simulator.advanceClock(days * 24 * 3_600_000);
      app = connectedApp({ simulator });
    };
    passDays(100);
    assert.equal(await transfer(old.id), 'ok');
    const older = somebody('removed_recoverable');
    passDays(181);
    assert.equal(await transfer(older.id), 'user_data_cannot_be_transferred');
  });

  it('cannot bring back whoever kept the account, never joined, or whose files went elsewhere', async () => {
    const admin = byMemberId(simulator.team().admin?.teamMemberId ?? '');
    const kept = somebody('active');
    const cancelled = somebody('invited');
    const transferred = somebody('active');
    await app.sdk.teamMembersRemove({ user: byMemberId(kept.id), wipe_data: false, keep_account: true });
    await app.sdk.teamMembersRemove({ user: byMemberId(cancelled.id) });
    await app.sdk.teamMembersRemove({
      user: byMemberId(transferred.id),
      transfer_dest_id: byMemberId(somebody('active').id),
      transfer_admin_id: admin,
    });
    for (const { id } of [kept, cancelled, transferred]) {
      assert.equal(await refusalTag(call('recover', id)), 'user_unrecoverable');
    }
    const status = (id: string) => simulator.member({ teamMemberId: id })?.profile.status;
    assert.deepEqual(status(kept.id), { '.tag': 'removed', is_recoverable: false, is_disconnected: true });
    assert.deepEqual(status(cancelled.id), {
      '.tag': 'removed',
      is_recoverable: false,
      is_disconnected: false,
    });
  });
});
