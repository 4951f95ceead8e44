import assert from 'node:assert/strict';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

/** Whether lookups show removed members is not documented, so neither answer may make a difference. */
describe('a Dropbox that does not show removed members', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 20_000 });
    rig.simulator.changeSettings({ removedVisibleInGetInfo: false });
  });
  after(() => rig.stop());

  it('still gives the same person the same account back inside the hold', async () => {
    await rig.send(joiner('E700'));
    await rig.until('E700', (seat) => seat.state === 'invited');
    rig.simulator.byHand.accept({ externalId: 'E700' });
    await rig.send(leaver('E700'));
    await rig.until('E700', (seat) => seat.state === 'held');
    await rig.send(joiner('E700'));
    await rig.until('E700', (seat) => seat.state === 'active');
    assert.equal(rig.effects('recover').length, 1);
    assert.equal(rig.effects('add').length, 1);
  });
});
