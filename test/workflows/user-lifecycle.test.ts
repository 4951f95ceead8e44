import assert from 'node:assert/strict';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

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
    await rig.send(leaver('E101'));
    const held = await rig.until('E101', (seat) => seat.state === 'held');
    assert.ok(held.holdUntil !== null);
    const removed = rig.effects('remove').filter(({ externalId }) => externalId === 'E101');
    assert.equal(removed.length, 1);
    assert.equal(removed[0]?.details.wipeData, false);
    await rig.until('E101', (seat) => seat.state === 'released');
  });
});
