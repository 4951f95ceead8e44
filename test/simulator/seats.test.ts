import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, type ConnectedApp, connectedApp, refusalTag } from './connected-app.ts';

describe('seats', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  beforeEach(async () => {
    simulator = await startSimulator({ teamSize: 40, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
    simulator.setLicences({ licences: simulator.team().provisioned + 2 });
  });
  afterEach(() => simulator.close());

  const add = async (...emails: string[]): Promise<string[]> => {
    const new_members = emails.map((member_email) => ({ member_email }));
    const { result } = await app.sdk.teamMembersAddV2({ new_members });
    return result['.tag'] === 'complete' ? result.complete.map((item) => item['.tag']) : [];
  };

  it('run out in the middle of a call: the first people get them', async () => {
    const tags = await add('a@corp.example', 'b@corp.example', 'c@corp.example');
    assert.deepEqual(tags, ['success', 'success', 'team_license_limit']);
    assert.equal(simulator.team().provisioned, simulator.team().licences);
  });

  it('are freed by a removal, not by a suspension', async () => {
    await add('a@corp.example', 'b@corp.example');
    simulator.byHand.accept({ email: 'a@corp.example' });
    simulator.byHand.suspend({ email: 'a@corp.example' });
    assert.deepEqual(await add('c@corp.example'), ['team_license_limit']);
    await app.sdk.teamMembersRemove({ user: byEmail('a@corp.example') });
    assert.deepEqual(await add('c@corp.example'), ['success']);
  });

  it('are needed to come back', async () => {
    await add('a@corp.example');
    simulator.byHand.accept({ email: 'a@corp.example' });
    simulator.byHand.remove({ email: 'a@corp.example' });
    await add('b@corp.example', 'c@corp.example');
    const recover = () => refusalTag(app.sdk.teamMembersRecover({ user: byEmail('a@corp.example') }));
    assert.equal(await recover(), 'team_license_limit');
    simulator.setLicences({ licences: simulator.team().licences + 1 });
    assert.equal(await recover(), 'ok');
  });

  it('are counted as the settings read the specification', async () => {
    const { headcount, licences } = simulator.team();
    simulator.changeSettings({ provisionedIncludesSuspended: false, usedLicencesAbsent: true });
    const { result } = await app.sdk.teamGetInfo();
    assert.equal(result.num_provisioned_users, headcount.active + headcount.invited);
    assert.equal(result.num_licensed_users, licences);
    assert.equal('num_used_licenses' in result, false);
  });

  it('are reported as somebody wishes, without anything else depending on it', async () => {
    simulator.changeSettings({ reportedUsedLicences: 7, reportedProvisionedUsers: 9 });
    const { result } = await app.sdk.teamGetInfo();
    assert.deepEqual([result.num_used_licenses, result.num_provisioned_users], [7, 9]);
    assert.deepEqual(await add('a@corp.example'), ['success']);
  });
});
