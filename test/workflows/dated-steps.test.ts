import assert from 'node:assert/strict';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('a plan with dates', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  it('judges a seat anew when a date comes, whatever kept it before', async () => {
    const nobody = joiner('E500', { person: { email: undefined } });
    await rig.send(nobody, leaver('E500', { effectiveAt: inMs(4_000) }));
    await rig.until('E500', (seat) => seat.attention?.code === 'email_missing');
    await rig.until('E500', (seat) => seat.state === 'released');
    assert.equal(rig.effects('add').length, 0);
  });

  it('gives Dropbox a name that it takes', async () => {
    await rig.send(
      joiner('E501', { person: { givenName: `Ada/"Countess"<${'x'.repeat(80)}`, surname: '???' } }),
    );
    await rig.until('E501', (seat) => seat.state === 'invited');
    assert.equal(rig.effects('add').length, 1);
  });
});
