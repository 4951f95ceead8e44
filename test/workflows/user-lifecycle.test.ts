import assert from 'node:assert/strict';
import { ACTING, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

describe('the lifecycle of one person', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  it('invites a joiner once and waits for the next change', async () => {
    await rig.send(joiner('E100'));
    await rig.until('E100', (seat) => seat.state === 'invited');
    const added = rig.effects('add').filter(({ externalId }) => externalId === 'E100');
    assert.equal(added.length, 1);
  });

  it('removes a leaver without wiping, holds the address, then releases it', async () => {
    await rig.send(joiner('E101'));
    await rig.until('E101', (seat) => seat.state === 'invited');
    // Of an invitation there would be nothing to wipe.
    rig.simulator.byHand.accept({ externalId: 'E101' });
    await rig.send(leaver('E101'));
    const held = await rig.until('E101', (seat) => seat.state === 'held');
    assert.ok(held.holdUntil !== null);
    const removed = rig.effects('remove').filter(({ externalId }) => externalId === 'E101');
    assert.equal(removed.length, 1);
    assert.equal(removed[0]?.details.wipeData, false);
    await rig.until('E101', (seat) => seat.state === 'released');
  });

  it('wipes or keeps the account only where the settings say so', async () => {
    for (const [id, choice] of [
      ['E102', { wipe: true }],
      ['E103', { keepAccount: true }],
    ] as const) {
      await rig.settings({ deprovision: { ...ACTING.deprovision, ...choice } });
      await rig.send(joiner(id));
      await rig.until(id, (seat) => seat.state === 'invited');
      rig.simulator.byHand.accept({ externalId: id });
      await rig.send(leaver(id));
      await rig.until(id, (seat) => seat.state === 'held');
    }
    await rig.settings({});
    const choices = rig
      .effects('remove')
      .map(({ externalId, details }) => [externalId, details.wipeData, details.keepAccount]);
    assert.deepEqual(choices, [
      ['E101', false, false],
      ['E102', true, false],
      ['E103', false, true],
    ]);
  });
});
