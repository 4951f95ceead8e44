/** An operator undoes a removal: the decision stands until HR says something later. */
import assert from 'node:assert/strict';
import { recoverSeat } from '../../src/commands/decisions.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { ACTING, inMs, leaver, type Rig, startRig } from '../support/rig.ts';
import { is, somePeople } from '../support/some-people.ts';

describe('an operator who recovers', () => {
  let rig: Rig;
  const { held } = somePeople({ rig: () => rig, prefix: 'R' });
  before(async () => {
    rig = await startRig({ emailHoldMs: 20_000 });
  });
  after(() => rig.stop());
  beforeEach(() => rig.settings({}));

  const recover = (personId: string) => {
    const { db, connectionId } = rig;
    return recoverSeat({ db, connectionId, personId, actor: 'test', now: new Date() });
  };
  const isConflict = (error: unknown) => error instanceof CommandRefusal && error.code === 'state_conflict';

  it('has the member back, with the files, although HR says that the person left', async () => {
    const id = await held();
    await recover(id);
    const seat = await rig.until(id, is('active'));
    assert.deepEqual([seat.holdUntil, seat.attention], [null, null]);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
  });

  it('is obeyed until a later fact, however late an earlier one arrives', async () => {
    const id = await held();
    await recover(id);
    const { planVersion } = await rig.until(id, is('active'));
    await rig.send(leaver(id, { effectiveAt: inMs(-60_000) }));
    assert.equal((await rig.seat(id)).planVersion, planVersion);
    await rig.send(leaver(id));
    await rig.until(id, is('held'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover', 'remove']);
  });

  it('is obeyed although the settings do not recover who returns', async () => {
    const deprovision = { ...ACTING.deprovision, recoverOnReturn: false };
    await rig.settings({ deprovision });
    const id = await held();
    await recover(id);
    await rig.until(id, is('active'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
  });

  it('is told why not: somebody who is there, nobody, a hold that ended, provisioning switched off', async () => {
    const id = await held();
    await recover(id);
    await rig.until(id, is('active'));
    await assert.rejects(recover(id), isConflict);
    await assert.rejects(
      recover('nobody'),
      (error) => error instanceof CommandRefusal && error.code === 'not_found',
    );
    await rig.send(leaver(id));
    await rig.until(id, is('held'));
    await rig.settings({ provision: { enabled: false, silent: false } });
    await assert.rejects(recover(id), isConflict);
    await rig.until(id, is('released'), 40_000);
    await rig.settings({});
    await assert.rejects(recover(id), isConflict);
  });

  it('counts once of two at the same moment', async () => {
    const id = await held();
    const answers = await Promise.allSettled([recover(id), recover(id)]);
    assert.ok(answers.some(({ status }) => status === 'fulfilled'));
    await rig.until(id, is('active'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
  });
});
