/** Files of leavers at the end of the hold: who gets them, when, and when nobody does. */
import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import type { Settings } from '../../src/domain/settings.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { ACTING, fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

const MOVE = 'team/members/move_former_member_files';
/** Patience, not a measure: the machine may be busy. */
const WITHIN_MS = 40_000;

type TransferTo = Settings['deprovision']['transferTo'];

describe('the files of a leaver', () => {
  let rig: Rig;
  let counter = 0;
  before(async () => {
    rig = await startRig({ team: { licences: 500 } });
  });
  after(() => rig.stop());
  beforeEach(() => transferTo('manager'));
  afterEach(() => {
    rig.simulator.faults.clear();
    rig.simulator.changeSettings({ asyncProbability: 0 });
  });

  const transferTo = (to: TransferTo, more: Partial<Settings['deprovision']> = {}): Promise<void> =>
    rig.settings({ deprovision: { ...ACTING.deprovision, ...more, transferTo: to } });
  const until = (id: string, wanted: (seat: Seat) => boolean) => rig.until(id, wanted, WITHIN_MS);
  const is = (state: Seat['state']) => (seat: Seat) => seat.state === state;
  const asks = (seat: Seat): boolean => seat.attention !== null;
  const retry = (personId: string) =>
    retrySeat({ db: rig.db, connectionId: rig.connectionId, personId, actor: 'test' });
  const newId = (): string => {
    counter += 1;
    return `X${counter}`;
  };
  const invite = async (manager?: string): Promise<string> => {
    const id = newId();
    const person = manager === undefined ? {} : { managerExternalId: manager };
    await rig.send(joiner(id, { person }));
    await until(id, is('invited'));
    return id;
  };
  const join = async (manager?: string): Promise<string> => {
    const id = await invite(manager);
    accept(id);
    return id;
  };
  const accept = (id: string): void => {
    rig.simulator.byHand.accept({ externalId: id });
  };
  const memberId = (id: string): string => {
    const member = rig.simulator.member({ externalId: id });
    assert.ok(member, id);
    return member.profile.team_member_id;
  };
  const leave = async (id: string): Promise<Seat> => {
    await rig.send(leaver(id));
    return until(id, (seat) => seat.holdUntil !== null && seat.state === 'held');
  };
  const receiversOf = (id: string): unknown[] =>
    rig.simulator.ledger
      .effects({ externalId: id, kind: 'transfer' })
      .map(({ details }) => details.transferTo);
  const movesOf = (id: string): number =>
    rig.simulator.ledger.calls({ route: MOVE }).filter(({ body }) => {
      const { user } = body as { user: { team_member_id: string } };
      return user.team_member_id === memberId(id);
    }).length;
  /** In order, and the transfer no earlier than the end of the hold. */
  const transferredAfterHold = (id: string, holdUntil: Date | null): void => {
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'transfer']);
    const [transfer] = rig.simulator.ledger.effects({ externalId: id, kind: 'transfer' });
    assert.ok(holdUntil !== null && Date.parse(transfer?.at ?? '') >= holdUntil.getTime());
    const [removal] = rig.simulator.ledger.effects({ externalId: id, kind: 'remove' });
    assert.deepEqual([removal?.details.transferTo, removal?.details.wipeData], [null, false]);
  };
  const intentsOf = async (id: string) => {
    const { id: seatId } = await rig.seat(id);
    const all = await rig.db.select().from(intents).where(eq(intents.seatId, seatId)).orderBy(intents.id);
    return all.filter(({ action }) => action === 'transfer');
  };

  it('go to the manager when the hold is over and not before, by the admin who connected the team', async () => {
    const manager = await join();
    const id = await join(manager);
    const { holdUntil } = await leave(id);
    assert.deepEqual(receiversOf(id), []);
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
    assert.deepEqual(receiversOf(id), [memberId(manager)]);
    const [call] = rig.simulator.ledger.calls({ route: MOVE });
    const admin = rig.simulator.team().admin?.teamMemberId;
    assert.match(JSON.stringify(call?.body), new RegExp(`"transfer_admin_id":[^}]*"${admin}"`));
    const [intent] = await intentsOf(id);
    assert.deepEqual(
      [intent?.outcome, intent?.choices],
      ['applied', { to: 'manager', receiver: memberId(manager) }],
    );
  });

  it('go to a person whom the settings name, assigned or not', async () => {
    const email = 'archive@corp.example';
    rig.simulator.byHand.add({ email });
    rig.simulator.byHand.accept({ email });
    await transferTo({ email });
    const id = await join();
    const { holdUntil } = await leave(id);
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
    assert.deepEqual(receiversOf(id), [rig.simulator.member({ email })?.profile.team_member_id]);
    const [intent] = await intentsOf(id);
    assert.equal(intent?.choices.to, 'person');
    assert.doesNotMatch(JSON.stringify(intent), /@/);
  });

  it('stay where they are unless the settings ask for a transfer', async () => {
    await transferTo('none');
    const id = await join(await join());
    await leave(id);
    await until(id, is('released'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('stay where they are when somebody switches de-provisioning off before the hold is over', async () => {
    const id = await join(await join());
    await leave(id);
    await transferTo('manager', { enabled: false });
    await until(id, is('released'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('do not exist of somebody who never came, whoever the manager is', async () => {
    const id = await invite();
    const { attention } = await leave(id);
    assert.equal(attention, null);
    await until(id, is('released'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('are transferred before the next person gets the address', async () => {
    const id = await join(await join());
    rig.simulator.faults.add({
      route: MOVE,
      fault: { kind: 'job', outcome: 'complete', durationMs: 2_000 },
    });
    await leave(id);
    const next = newId();
    await rig.send(joiner(next, { person: { email: `${id}@corp.example` } }));
    await until(next, is('invited'));
    const seq = (kind: 'transfer' | 'add', externalId: string): number =>
      rig.simulator.ledger.effects({ kind, externalId })[0]?.seq ?? Number.NaN;
    assert.ok(seq('transfer', id) < seq('add', next));
  });

  it('are not transferred when the person is back before the hold is over', async () => {
    const id = await join(await join());
    await leave(id);
    await rig.send(joiner(id));
    await until(id, is('active'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
    assert.equal(movesOf(id), 0);
  });

  /** Holds up the look at the receiver that is the last thing before the intent; what comes meanwhile must count. */
  const holdUpTransfer = (seat: Seat, meanwhile: () => Promise<void>): Promise<void>[] => {
    const happened: Promise<void>[] = [];
    rig.simulator.faults.add({
      route: 'team/members/get_info_v2',
      fault: { kind: 'delay', delayMs: 3_500 },
      matches: (body) => {
        const text = JSON.stringify(body);
        const isOver = Date.now() >= (seat.holdUntil?.getTime() ?? 0);
        if (!isOver || text.includes(seat.personId) || happened.length > 0) return false;
        happened.push(meanwhile());
        return true;
      },
    });
    return happened;
  };

  it('are not transferred when HR wants the person back at the moment of the transfer', async () => {
    const id = await join(await join());
    const happened = holdUpTransfer(await leave(id), () => rig.send(joiner(id)));
    await until(id, (seat) => seat.state === 'active' || seat.state === 'invited');
    await Promise.all(happened);
    assert.equal(happened.length, 1);
    assert.deepEqual(receiversOf(id), []);
    assert.equal(movesOf(id), 0);
  });

  it('are not transferred when a date comes at that moment on which the person is wanted back', async () => {
    const id = await join(await join());
    const held = await leave(id);
    const returnsAtMs = (held.holdUntil?.getTime() ?? 0) + 1_500;
    void holdUpTransfer(held, async () => {});
    await rig.send(joiner(id, { effectiveAt: new Date(returnsAtMs).toISOString() }));
    await until(id, is('invited'));
    assert.deepEqual(receiversOf(id), []);
    assert.equal(movesOf(id), 0);
  });

  it('are not transferred to somebody who begins to leave at that moment', async () => {
    const manager = await join();
    const id = await join(manager);
    const held = await leave(id);
    void holdUpTransfer(held, () => rig.send(leaver(manager, { effectiveAt: inMs(3_600_000) })));
    const seat = await until(id, asks);
    assert.deepEqual([seat.state, seat.attention?.code], ['held', 'transfer_destination_unusable']);
    assert.equal(movesOf(id), 0);
  });

  const UNUSABLE: [what: string, manager: () => Promise<string | undefined>][] = [
    ['is nobody', async () => undefined],
    ['has no seat', async () => 'NOBODY'],
    ['has not accepted the invitation', () => invite()],
    [
      'is leaving on a date to come',
      async () => {
        const id = await join();
        await rig.send(leaver(id, { effectiveAt: inMs(3_600_000) }));
        return id;
      },
    ],
    [
      'has left',
      async () => {
        const id = await join(await join());
        await rig.send(leaver(id));
        await until(id, is('held'));
        return id;
      },
    ],
  ];
  for (const [what, managerOf] of UNUSABLE) {
    it(`are kept, with the address, when the manager ${what}: told at once, and again after the hold`, async () => {
      const id = await join(await managerOf());
      const { holdUntil } = await leave(id);
      const early = await until(id, asks);
      assert.deepEqual([early.state, early.attention?.code], ['held', 'transfer_destination_unusable']);
      const late = await until(
        id,
        ({ attention }) => attention !== null && Date.parse(attention.since) >= (holdUntil?.getTime() ?? 0),
      );
      assert.deepEqual([late.state, late.attention?.code], ['held', 'transfer_destination_unusable']);
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
      assert.equal(movesOf(id), 0);
      await transferTo({ email: rig.simulator.team().admin?.email ?? '' });
      await until(id, is('released'));
      transferredAfterHold(id, holdUntil);
    });
  }

  it('go to a manager who accepted the invitation while the hold lasted', async () => {
    const manager = await invite();
    const id = await join(manager);
    const { holdUntil } = await leave(id);
    accept(manager);
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
  });

  it('go to the manager whom HR names later, when somebody tries again', async () => {
    const id = await join();
    const { holdUntil } = await leave(id);
    await until(id, ({ attention }) => Date.parse(attention?.since ?? '') >= (holdUntil?.getTime() ?? 0));
    const manager = await join();
    await rig.send(fact('mover', id, { person: { managerExternalId: manager } }));
    await retry(id);
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
    assert.deepEqual(receiversOf(id), [memberId(manager)]);
  });

  const LOST: [what: string, fault: Fault][] = [
    ['is reset before the call takes effect', { kind: 'reset', moment: 'before' }],
    ['is reset after the call took effect', { kind: 'reset', moment: 'after' }],
    ['is a 500 before the call takes effect', { kind: 'server_error', status: 500, moment: 'before' }],
    ['is a 500 after the call took effect', { kind: 'server_error', status: 500, moment: 'after' }],
    ['is a web page after the call took effect', { kind: 'html', moment: 'after' }],
    ['is half of the JSON', { kind: 'truncated' }],
    ['is a job that ends', { kind: 'job', outcome: 'complete', durationMs: 1_500 }],
    ['is a job that breaks without effect', { kind: 'job', outcome: 'internal_error', durationMs: 300 }],
    [
      'is a job that breaks after its effect',
      { kind: 'job', outcome: 'internal_error_after_effect', durationMs: 300 },
    ],
  ];
  for (const [what, fault] of LOST) {
    it(`are transferred once when the answer ${what}`, async () => {
      const id = await join(await join());
      rig.simulator.faults.add({ route: MOVE, count: 1, fault });
      const { holdUntil } = await leave(id);
      const { attention } = await until(id, is('released'));
      assert.equal(attention, null);
      transferredAfterHold(id, holdUntil);
      const all = await intentsOf(id);
      assert.equal(all.at(-1)?.outcome, 'applied');
      assert.ok(all.every(({ endedAt }) => endedAt !== null));
    });
  }

  it('are waited for when Dropbox forgot the job and the transfer is under way', async () => {
    const id = await join(await join());
    rig.simulator.faults.add({
      route: MOVE,
      count: 1,
      fault: { kind: 'job', outcome: 'complete', durationMs: 4_000 },
    });
    rig.simulator.faults.add({
      route: `${MOVE}/job_status/check`,
      fault: { kind: 'refused', error: { '.tag': 'invalid_async_job_id' } },
    });
    const { holdUntil } = await leave(id);
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
    const all = await intentsOf(id);
    assert.deepEqual(
      all.map(({ outcome }) => outcome),
      ['applied'],
    );
    assert.ok(movesOf(id) >= 2);
  });

  it('are not asked for without end when every job breaks', async () => {
    const id = await join(await join());
    rig.simulator.faults.add({
      route: MOVE,
      fault: { kind: 'job', outcome: 'internal_error', durationMs: 50 },
    });
    await leave(id);
    const seat = await until(id, asks);
    assert.deepEqual([seat.state, seat.attention?.code], ['held', 'job_failed']);
    assert.equal(movesOf(id), 3);
    rig.simulator.faults.clear();
    await retry(id);
    await until(id, is('released'));
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'transfer']);
  });

  it('are transferred once although the worker stops in between', async () => {
    const id = await join(await join());
    const { holdUntil } = await leave(id);
    await rig.stopWorker();
    await rig.startWorker();
    await until(id, is('released'));
    transferredAfterHold(id, holdUntil);
  });
});
