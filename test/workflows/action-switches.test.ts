/** Every action switched on and off, before and after the fact that asks for it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../src/domain/settings.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { ACTING, fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

type Action = 'provision' | 'suspend' | 'deprovision';

const ALL: Settings = { ...ACTING, suspend: { enabled: true, wipe: false } };
const without = (action: Action): Settings => ({ ...ALL, [action]: { ...ALL[action], enabled: false } });

const ACTIONS: Record<
  Action,
  {
    /** State and effects before the fact, after it while the action is off, and once it is carried out. */
    before: Seat['state'] | null;
    done: Seat['state'];
    effect: string;
    said: (id: string) => Parameters<Rig['send']>[0];
  }
> = {
  provision: { before: null, done: 'invited', effect: 'add', said: (id) => joiner(id) },
  suspend: { before: 'active', done: 'suspended', effect: 'suspend', said: (id) => fact('suspension', id) },
  deprovision: { before: 'active', done: 'held', effect: 'remove', said: (id) => leaver(id) },
};

describe('an action', () => {
  let rig: Rig;
  let counter = 0;
  before(async () => {
    rig = await startRig({ emailHoldMs: 60_000 });
  });
  after(() => rig.stop());

  const is = (state: Seat['state']) => (seat: Seat) => seat.state === state;
  const skips = (action: Action) => (seat: Seat) => seat.skipped?.action === action;
  const effects = (id: string, effect: string): number =>
    rig.effectsOf(id).filter((kind) => kind === effect).length;

  /** Somebody for whom the action is the next thing that can be asked for. */
  async function someone(action: Action): Promise<string> {
    counter += 1;
    const id = `A${counter}`;
    if (ACTIONS[action].before === null) return id;
    await rig.send(joiner(id));
    await rig.until(id, is('invited'));
    rig.simulator.byHand.accept({ externalId: id });
    return id;
  }

  for (const action of ['provision', 'suspend', 'deprovision'] as const) {
    const { done, effect, said } = ACTIONS[action];

    it(`${action}: on before the fact, it is carried out; off afterwards, it stays`, async () => {
      await rig.settings(ALL);
      const id = await someone(action);
      await rig.send(said(id));
      await rig.until(id, is(done));
      await rig.settings(without(action));
      await sleep(300);
      assert.equal((await rig.seat(id)).state, done);
      assert.equal(effects(id, effect), 1);
    });

    it(`${action}: off before the fact, it is recorded and nothing is called; on afterwards, it is carried out`, async () => {
      await rig.settings(ALL);
      const id = await someone(action);
      await rig.settings(without(action));
      const before = rig.simulator.ledger.position;
      await rig.send(said(id));
      await rig.until(id, skips(action));
      assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
      assert.equal(effects(id, effect), 0);
      await rig.settings(ALL);
      const seat = await rig.until(id, is(done));
      assert.equal(seat.skipped, null);
      assert.equal(effects(id, effect), 1);
    });

    it(`${action}: another one switched on meanwhile does not carry it out`, async () => {
      await rig.settings(ALL);
      const id = await someone(action);
      await rig.settings(without(action));
      await rig.send(said(id));
      await rig.until(id, skips(action));
      const before = rig.simulator.ledger.position;
      await rig.settings({ ...without(action), drift: 'adopt' });
      await sleep(300);
      assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
      assert.ok(skips(action)(await rig.seat(id)));
    });
  }

  it('that ends a suspension belongs to the switch of suspensions', async () => {
    await rig.settings(ALL);
    const id = await someone('suspend');
    await rig.send(fact('suspension', id));
    await rig.until(id, is('suspended'));
    await rig.settings(without('suspend'));
    await rig.send(fact('reinstatement', id));
    await rig.until(id, skips('suspend'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'suspend']);
    await rig.settings(ALL);
    await rig.until(id, is('active'));
  });
});
