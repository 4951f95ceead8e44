/** Adding and recovering while Dropbox misbehaves: whatever is lost on the way, one effect. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { connections, intents } from '../../drizzle/schema.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

const ADD = 'team/members/add_v2';

const LOST: [string, Fault][] = [
  ['is reset before the call takes effect', { kind: 'reset', moment: 'before' }],
  ['is reset after the call took effect', { kind: 'reset', moment: 'after' }],
  ['is a 500 after the call took effect', { kind: 'server_error', status: 500, moment: 'after' }],
  ['is a 503 before the call takes effect', { kind: 'server_error', status: 503, moment: 'before' }],
  ['is cut in the middle', { kind: 'truncated', cut: true }],
  ['is half of the JSON', { kind: 'truncated' }],
  ['is a web page after the call took effect', { kind: 'html', moment: 'after' }],
  ['leads elsewhere after the call took effect', { kind: 'redirect', moment: 'after' }],
  ['has a result that nobody knows', { kind: 'unknown_tag', in: 'result' }],
];

describe('provisioning under faults', () => {
  let rig: Rig;
  let counter = 0;
  before(async () => {
    rig = await startRig({ emailHoldMs: 8_000 });
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.simulator.faults.clear();
    rig.simulator.changeSettings({ asyncProbability: 0, jobOutcome: 'complete' });
  });

  const nextId = (): string => {
    counter += 1;
    return `F${counter}`;
  };
  const outcomes = async (id: string): Promise<string[]> => {
    const { id: seatId } = await rig.seat(id);
    const rows = await rig.db.select().from(intents).where(eq(intents.seatId, seatId)).orderBy(intents.id);
    return rows.map(({ action, outcome }) => `${action} ${outcome}`);
  };
  const joined = async (id: string): Promise<void> => {
    await rig.send(joiner(id));
    await rig.until(id, (seat) => seat.state === 'invited', 25_000);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  };

  for (const [what, fault] of LOST) {
    it(`invites once when the answer ${what}`, async () => {
      rig.simulator.faults.add({ route: ADD, count: 1, fault });
      const id = nextId();
      await joined(id);
      assert.equal((await outcomes(id)).at(-1), 'add applied');
    });
  }

  it('invites once when every answer of every route is lost now and then', async () => {
    rig.simulator.faults.add({
      route: 'team/members/*',
      probability: 0.3,
      fault: { kind: 'reset', moment: 'after' },
    });
    const ids = Array.from({ length: 8 }, nextId);
    await rig.send(...ids.map((id) => joiner(id)));
    for (const id of ids) {
      await rig.until(id, (seat) => seat.state === 'invited', 40_000);
      assert.deepEqual(rig.effectsOf(id), ['add']);
    }
  });

  it('recovers once when the answer is lost', async () => {
    const id = nextId();
    await joined(id);
    rig.simulator.byHand.accept({ externalId: id });
    await rig.send(leaver(id));
    await rig.until(id, (seat) => seat.state === 'held');
    rig.simulator.faults.add({
      route: 'team/members/recover',
      count: 1,
      fault: { kind: 'reset', moment: 'after' },
    });
    await rig.send(joiner(id));
    await rig.until(id, (seat) => seat.state === 'active');
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
  });

  it('adopts once when the answer is lost', async () => {
    const id = nextId();
    const email = `${id.toLowerCase()}@corp.example`;
    rig.simulator.byHand.add({ email });
    rig.simulator.faults.add({
      route: 'team/members/set_profile_v2',
      count: 1,
      fault: { kind: 'server_error', status: 502, moment: 'after' },
    });
    await rig.send(joiner(id));
    await rig.until(id, (seat) => seat.state === 'invited');
    assert.deepEqual(rig.effectsOf(id), ['set_profile']);
  });

  it('does not take "already on the team" for success', async () => {
    const id = nextId();
    rig.simulator.changeSettings({
      addFailures: { [`${id.toLowerCase()}@corp.example`]: 'user_already_on_team' },
    });
    await rig.send(joiner(id));
    const seat = await rig.until(id, ({ waiting }) => waiting?.kind === 'email');
    assert.equal(seat.state, 'waiting');
    assert.equal(seat.teamMemberId, null);
    rig.simulator.changeSettings({ addFailures: {} });
    await rig.until(id, ({ state }) => state === 'invited', 25_000);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  for (const hint of ['header', 'body'] as const) {
    it(`stays away as long as a 429 asks in its ${hint}`, async () => {
      rig.simulator.faults.add({
        route: ADD,
        count: 1,
        fault: { kind: 'rate_limited', retryAfterSeconds: 2, hint },
      });
      const id = nextId();
      await joined(id);
      const [first, second, ...more] = rig.callsAbout(id).filter(({ route }) => route === ADD);
      assert.ok((second?.atMs ?? 0) - (first?.atMs ?? 0) >= 2_000);
      assert.deepEqual(more, []);
    });
  }

  it('waits for the end of an async job', async () => {
    rig.simulator.changeSettings({ asyncProbability: 1, jobDurationMs: 1_500 });
    const id = nextId();
    await rig.send(joiner(id));
    await sleep(700);
    assert.equal((await rig.seat(id)).state, 'provisioning');
    await rig.until(id, (seat) => seat.state === 'invited');
    assert.deepEqual(rig.effectsOf(id), ['add']);
    assert.deepEqual(await outcomes(id), ['add applied']);
  });

  for (const outcome of ['internal_error', 'internal_error_after_effect', 'failed'] as const) {
    it(`looks for itself when a job ends as ${outcome}`, async () => {
      rig.simulator.faults.add({ route: ADD, count: 1, fault: { kind: 'job', outcome, durationMs: 500 } });
      await joined(nextId());
    });
  }

  it('looks for itself when Dropbox forgot the job', async () => {
    rig.simulator.changeSettings({ asyncProbability: 1, jobDurationMs: 500 });
    const id = nextId();
    await rig.send(joiner(id));
    while (rig.callsAbout(id).every(({ route }) => route !== ADD)) await sleep(20);
    rig.simulator.forgetJobs();
    await rig.until(id, (seat) => seat.state === 'invited', 25_000);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('says so, once, when a job ends without a licence', async () => {
    rig.simulator.changeSettings({ asyncProbability: 1, jobDurationMs: 300 });
    rig.simulator.setLicences({ licences: 1 });
    const id = nextId();
    await rig.send(joiner(id));
    const seat = await rig.until(id, ({ attention }) => attention?.code === 'no_seat_left');
    assert.equal(seat.state, 'waiting');
    await sleep(1_500);
    assert.equal(rig.callsAbout(id).filter(({ route }) => route === ADD).length, 1);
    assert.deepEqual(await outcomes(id), ['add refused']);
    rig.simulator.setLicences({ licences: 100 });
  });

  it('removes whoever leaves while the invitation is still under way as a job', async () => {
    rig.simulator.changeSettings({ asyncProbability: 1, jobDurationMs: 1_500 });
    const id = nextId();
    await rig.send(joiner(id));
    await sleep(500);
    await rig.send(leaver(id));
    await rig.until(id, (seat) => seat.state === 'held', 25_000);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('does not invite whoever left while Dropbox was away', async () => {
    rig.simulator.faults.add({ route: 'team/members/*', fault: { kind: 'server_error', status: 503 } });
    const id = nextId();
    await rig.send(joiner(id), leaver(id, { effectiveAt: inMs(1_000) }));
    await sleep(1_500);
    rig.simulator.faults.clear();
    await rig.until(id, (seat) => seat.state === 'released', 25_000);
    assert.deepEqual(rig.effectsOf(id), []);
  });

  it('invites to the address that HR corrected while Dropbox was away', async () => {
    rig.simulator.faults.add({ route: ADD, fault: { kind: 'server_error', status: 503 } });
    const id = nextId();
    await rig.send(joiner(id, { person: { email: 'misspelt@corp.example' } }));
    while (rig.callsAbout(id).every(({ route }) => route !== ADD)) await sleep(20);
    await rig.send(fact('mover', id, { person: { email: 'corrected@corp.example' } }));
    rig.simulator.faults.clear();
    await rig.until(id, (seat) => seat.state === 'invited' && seat.attention === null, 25_000);
    const added = rig.simulator.ledger.effects({ externalId: id, kind: 'add' });
    assert.deepEqual(
      added.map(({ email }) => email),
      ['corrected@corp.example'],
    );
  });

  it('pauses the connection without hot calls when the grant is gone, and loses nothing', async () => {
    const [present, next] = [nextId(), nextId()];
    await joined(present);
    rig.simulator.access.removeApp();
    await rig.send(joiner(next), leaver(present));
    for (const id of [present, next]) await rig.until(id, ({ waiting }) => waiting?.kind === 'connection');
    const [connection] = await rig.db.select().from(connections).where(eq(connections.id, rig.connectionId));
    assert.equal(connection?.status, 'broken');
    assert.equal(connection?.brokenCause?.code, 'grant_revoked');
    const before = rig.simulator.ledger.position;
    await rig.send(fact('mover', next, { person: { givenName: 'Other' } }));
    await sleep(3_000);
    assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
    await rig.reconnect();
    await rig.until(next, (seat) => seat.state === 'invited');
    await rig.until(present, (seat) => seat.state === 'held');
    assert.deepEqual(rig.effectsOf(next), ['add']);
    assert.deepEqual(rig.effectsOf(present), ['add', 'remove']);
  });
});
