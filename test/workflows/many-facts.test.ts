/** Hundreds of facts, twice and out of order, while workers come and go: everybody ends where the dates say. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { outbox } from '../../drizzle/schema.ts';
import { acceptEvents, type IncomingEvent } from '../../src/commands/events.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

/** The same lots in every run: a failure can be looked at again. */
function lots(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

type History = { id: string; events: IncomingEvent[]; endsActive: boolean; surname: string };

/** Alternating joiners and leavers with dates in the past; the last one decides. */
function history({ id, lot }: { id: string; lot: (below: number) => number }): History {
  const changes = lot(7);
  const events: IncomingEvent[] = [];
  const startMs = Date.now() - 3_600_000;
  let isActive = false;
  for (let i = 0; i < changes; i += 1) {
    isActive = !isActive;
    const effectiveAt = new Date(startMs + i * 60_000).toISOString();
    events.push(isActive ? joiner(id, { effectiveAt }) : leaver(id, { effectiveAt }));
    const effectiveNext = new Date(startMs + i * 60_000 + 30_000).toISOString();
    events.push(fact('mover', id, { effectiveAt: effectiveNext, person: { surname: `S${i}` } }));
  }
  if (events.length === 0) events.push(leaver(id));
  return { id, events, endsActive: isActive, surname: `S${changes - 1}` };
}

describe('many facts', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 60_000 });
  });
  after(() => rig.stop());

  it('in any order and number lead to the same end, with at most one invitation each', async () => {
    const lot = lots(20_261_122);
    const people = Array.from({ length: 20 }, (_, i) => history({ id: `M${i}`, lot }));
    const distinct = people.flatMap(({ events }) => events);
    const all = [...distinct];
    while (all.length < 500) all.push(distinct[lot(distinct.length)] as IncomingEvent);
    // What decides comes first, so that nobody who has left is ever seen as joined.
    const first = people.flatMap(({ events }) => events.filter(({ type }) => type !== 'mover').slice(-1));
    await rig.send(...first);
    while (all.length > 0) {
      const batch = Array.from({ length: 1 + lot(40) }, () => all.splice(lot(all.length), 1)).flat();
      await rig.send(...batch);
    }
    for (const { id, endsActive } of people) {
      if (!endsActive) continue;
      await rig.until(
        id,
        ({ state, plan, profileRevision }) =>
          state === 'invited' && plan.steps.at(-1)?.profileRevision === profileRevision,
        30_000,
      );
    }
    for (const { id, endsActive, surname } of people) {
      // A name that was said after the invitation is carried over; whoever was invited is invited once.
      const effects = rig.effectsOf(id).filter((kind) => kind !== 'set_profile');
      assert.deepEqual(effects, endsActive ? ['add'] : [], id);
      if (endsActive) assert.equal(rig.simulator.member({ externalId: id })?.profile.name.surname, surname);
      if (!endsActive) assert.deepEqual(rig.callsAbout(id), [], id);
    }
  });

  it('are taken in while no worker is there, and carried out when one is', async () => {
    await rig.stopWorker();
    const ids = Array.from({ length: 20 }, (_, i) => `N${i}`);
    await rig.send(...ids.map((id) => joiner(id)));
    assert.equal((await rig.db.select().from(outbox)).length, ids.length);
    await rig.startWorker();
    for (const id of ids) {
      await rig.until(id, (seat) => seat.state === 'invited', 30_000);
      assert.deepEqual(rig.effectsOf(id), ['add']);
    }
    assert.deepEqual(await rig.db.select().from(outbox), []);
  });

  it('are carried out once although workers end in the middle', async () => {
    rig.simulator.changeSettings({ latencyMs: 150, asyncProbability: 0.3, jobDurationMs: 800 });
    const ids = Array.from({ length: 30 }, (_, i) => `O${i}`);
    const { accepted } = await acceptEvents({
      db: rig.db,
      keyring: rig.keyring,
      events: ids.map((id) => joiner(id)),
      actor: 'test',
      now: new Date(),
      dryRun: false,
    });
    assert.equal(accepted.length, ids.length);
    for (const pauseMs of [250, 500, 900]) {
      await sleep(pauseMs);
      await rig.stopWorker();
      await rig.startWorker();
    }
    await rig.send(...ids.slice(0, 10).map((id) => leaver(id)));
    await sleep(300);
    await rig.stopWorker();
    await rig.startWorker();
    for (const id of ids.slice(10)) {
      await rig.until(id, (seat) => seat.state === 'invited', 40_000);
      assert.deepEqual(rig.effectsOf(id), ['add'], id);
    }
    // Who left before anybody invited them is not invited at all.
    for (const id of ids.slice(0, 10)) {
      const { state } = await rig.until(id, (seat) => ['held', 'released'].includes(seat.state), 40_000);
      assert.deepEqual(rig.effectsOf(id), state === 'held' ? ['add', 'remove'] : [], id);
    }
    rig.simulator.changeSettings({ latencyMs: 0, asyncProbability: 0 });
  });
});
