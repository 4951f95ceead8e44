import assert from 'node:assert/strict';
import { retrySeat } from '../../src/commands/decisions.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { joiner, type Rig, startRig } from '../support/rig.ts';

describe('trying again', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ team: { teamSize: 12, licences: 12 } });
  });
  after(() => rig.stop());

  it('provisions somebody once a licence was bought, and not by itself before', async () => {
    const { db, connectionId, simulator } = rig;
    const { provisioned } = simulator.team();
    simulator.setLicences({ licences: provisioned });
    await rig.send(joiner('E400'));
    const stuck = await rig.until('E400', (seat) => seat.attention !== null);
    assert.equal(stuck.attention?.code, 'no_seat_left');
    simulator.setLicences({ licences: provisioned + 1 });
    await retrySeat({ db, connectionId, personId: 'E400', actor: 'test' });
    await rig.until('E400', (seat) => seat.state === 'invited');
    assert.equal(rig.effects('add').length, 1);
  });

  it('is refused where nothing asks for attention', async () => {
    const { db, connectionId } = rig;
    await assert.rejects(
      retrySeat({ db, connectionId, personId: 'E400', actor: 'test' }),
      (error) => error instanceof CommandRefusal && error.code === 'state_conflict',
    );
  });
});
