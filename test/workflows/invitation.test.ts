/** Invitations that nobody accepts: reminders and their end, found by the sync, on the real server. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { intents } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { seatsOfPeople } from '../../src/read-model/seats.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { syncNow } from '../support/sync-now.ts';

const WELCOME = 'team/members/send_welcome_email';
const REMOVE = 'team/members/remove';
const REMINDED = 'send_welcome_email';
const WITHIN_MS = 40_000;
const DUE_AFTER_MS = 1_200;

const LOST: [string, Fault][] = [
  ['reset after it', { kind: 'reset', moment: 'after' }],
  ['a 500 after it', { kind: 'server_error', status: 500, moment: 'after' }],
  ['a web page after it', { kind: 'html', moment: 'after' }],
];

type Invitation = Settings['invitation'];
const NEVER: Invitation = { remindAfter: 'P3D', reminders: 0, onExpiry: 'keep', expireAfter: 'P30D' };
const reminding = (reminders: number) => ({
  invitation: { ...NEVER, remindAfter: 'PT1S', reminders },
});
const EXPIRING = { invitation: { ...NEVER, onExpiry: 'cancel', expireAfter: 'PT1S' } } as const;

const is = (state: Seat['state']) => (seat: Seat) => seat.state === state;
const asks = (code: string) => (seat: Seat) => seat.attention?.code === code;

describe('an invitation that nobody accepted', function () {
  this.timeout(120_000);
  let rig: Rig;
  let counter = 0;
  before(async () => {
    rig = await startRig({ emailHoldMs: 60_000 });
  });
  after(() => rig.stop());
  beforeEach(() => rig.settings({ invitation: NEVER }));
  afterEach(() => rig.simulator.faults.clear());

  const invited = async (): Promise<string> => {
    counter += 1;
    const id = `I${counter}`;
    await rig.send(joiner(id));
    await rig.until(id, is('invited'), WITHIN_MS);
    return id;
  };
  const memberId = (id: string): string =>
    rig.simulator.member({ externalId: id })?.profile.team_member_id ?? assert.fail(id);
  /** A sync, late enough for everything that a second makes due, and the seat once it has done what was due. */
  const syncLater = async (id: string): Promise<Seat> => {
    await sleep(DUE_AFTER_MS);
    const run = await syncNow(rig);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.problem));
    const { db } = rig;
    const { id: seatId } = await rig.seat(id);
    for (let i = 0; ; i += 1) {
      const open = await db.select().from(intents).where(eq(intents.seatId, seatId));
      const seat = await rig.seat(id);
      if (seat.invitationDue === null && open.every(({ endedAt }) => endedAt !== null)) return seat;
      assert.ok(i < 400, `what is due was not done: ${JSON.stringify(seat)}`);
      await sleep(100);
    }
  };
  const expired = async (): Promise<string> => {
    const id = await invited();
    await rig.settings(EXPIRING);
    await syncLater(id);
    await rig.until(id, asks('invitation_expired'), WITHIN_MS);
    await rig.settings({ invitation: NEVER });
    return id;
  };
  /** Just before a call about the member is carried out. */
  const meanwhile = (route: string, mentions: string, happens: () => void): void => {
    let isDone = false;
    rig.simulator.faults.add({
      route,
      fault: { kind: 'reset', moment: 'before' },
      matches: (body) => {
        if (isDone || !JSON.stringify(body).includes(mentions)) return false;
        isDone = true;
        happens();
        return false;
      },
    });
  };

  it('is mailed again as often as the settings say, and no more', async () => {
    const id = await invited();
    await rig.settings(reminding(2));
    for (let i = 0; i < 4; i += 1) await syncLater(id);
    assert.deepEqual(rig.effectsOf(id), ['add', REMINDED, REMINDED]);
    assert.equal((await rig.seat(id)).attention, null);
  });

  it('is not mailed again before its time, and other settings than these wake nobody', async () => {
    const id = await invited();
    await syncLater(id);
    await rig.settings({ invitation: { ...NEVER, reminders: 2 } });
    await syncLater(id);
    assert.deepEqual(rig.effectsOf(id), ['add']);
    const before = rig.simulator.ledger.position;
    await rig.settings(reminding(2));
    await sleep(500);
    assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
  });

  for (const [what, fault] of LOST) {
    it(`is mailed again once when the answer is lost by ${what}`, async () => {
      const id = await invited();
      rig.simulator.faults.add({ route: WELCOME, mentions: memberId(id), count: 1, fault });
      await rig.settings(reminding(1));
      await syncLater(id);
      await syncLater(id);
      assert.deepEqual(rig.effectsOf(id), ['add', REMINDED]);
    });
  }

  it('is not mailed again in place of a mail of which nobody knows whether it went out', async () => {
    const id = await invited();
    const fault = { kind: 'reset', moment: 'before' } as const;
    rig.simulator.faults.add({ route: WELCOME, mentions: memberId(id), count: 1, fault });
    await rig.settings(reminding(1));
    await syncLater(id);
    await syncLater(id);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('is tried again by the next sync when Dropbox refuses to mail it, and the seat is not stopped', async () => {
    const id = await invited();
    const fault = { kind: 'refused', error: { '.tag': 'user_not_in_team' } } as const;
    rig.simulator.faults.add({ route: WELCOME, mentions: memberId(id), count: 1, fault });
    await rig.settings(reminding(1));
    const seat = await syncLater(id);
    assert.deepEqual([seat.attention, rig.effectsOf(id)], [null, ['add']]);
    await syncLater(id);
    assert.deepEqual(rig.effectsOf(id), ['add', REMINDED]);
  });

  it('is not mailed by silent provisioning, and the seat says what to tell the person', async () => {
    await rig.settings({ provision: { enabled: true, silent: true }, ...reminding(2) });
    const id = await invited();
    await syncLater(id);
    assert.deepEqual(rig.effectsOf(id), ['add']);
    const links = { uiUrl: 'http://ui', namespace: 'default' };
    const seats = await seatsOfPeople({ db: rig.db, personIds: [id], links, now: new Date() });
    const { invitation } = seats.get(id)?.[0] ?? {};
    assert.equal(invitation?.mailed, false);
    assert.match(invitation.nextStep, /sent no mail: tell the person to sign in/);
  });

  it('is let be when somebody accepts it at the last moment', async () => {
    const id = await invited();
    meanwhile('team/members/get_info_v2', id, () => rig.simulator.byHand.accept({ externalId: id }));
    await rig.settings(reminding(1));
    await syncLater(id);
    await rig.until(id, is('active'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('stays when the settings keep it, however old it is', async () => {
    const id = await invited();
    await rig.settings({ invitation: { ...NEVER, expireAfter: 'PT1S' } });
    const seat = await syncLater(id);
    assert.deepEqual([seat.state, seat.attention, rig.effectsOf(id)], ['invited', null, ['add']]);
  });

  it('is cancelled where the settings say so, and nothing but a newer plan invites again', async () => {
    const id = await expired();
    await rig.settings({ invitation: { ...NEVER, reminders: 1 } });
    await rig.settings({ drift: 'adopt' });
    await syncLater(id);
    // A lifecycle that begins anew finds out for itself.
    await rig.client.workflow.getHandle((await rig.seat(id)).workflowId).terminate();
    await rig.settings({ invitation: NEVER });
    await syncLater(id);
    await sleep(1_000);
    const seat = await rig.seat(id);
    assert.deepEqual([seat.state, seat.attention?.code], ['waiting', 'invitation_expired']);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
    const { db, connectionId } = rig;
    await retrySeat({ db, connectionId, personId: id, actor: 'test' });
    await rig.until(id, is('invited'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'add']);
  });

  it('that was cancelled is sent again for a new joiner event, and keeps its address until then', async () => {
    const id = await expired();
    await rig.send(joiner(`${id}-other`, { person: { email: `${id.toLowerCase()}@corp.example` } }));
    await rig.until(`${id}-other`, asks('address_taken'), WITHIN_MS);
    await rig.send(joiner(id));
    await rig.until(id, is('invited'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'add']);
  });

  it('that was cancelled leads to no call when the person leaves or is suspended', async () => {
    const id = await expired();
    await rig.send(fact('suspension', id));
    await rig.until(id, (seat) => seat.attention === null, WITHIN_MS);
    await rig.send(leaver(id));
    await rig.until(id, is('held'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('is cancelled once when the answer is lost', async () => {
    const id = await invited();
    const fault = { kind: 'reset', moment: 'after' } as const;
    rig.simulator.faults.add({ route: REMOVE, mentions: memberId(id), count: 1, fault });
    await rig.settings(EXPIRING);
    await syncLater(id);
    await rig.until(id, asks('invitation_expired'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
  });

  it('is not cancelled when it was accepted after the listing', async () => {
    const id = await invited();
    meanwhile('team/members/get_info_v2', id, () => rig.simulator.byHand.accept({ externalId: id }));
    await rig.settings(EXPIRING);
    await syncLater(id);
    await rig.until(id, is('active'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add']);
  });

  it('that was accepted in the instant of the cancellation is a membership again at once', async () => {
    const id = await invited();
    meanwhile(REMOVE, memberId(id), () => rig.simulator.byHand.accept({ externalId: id }));
    await rig.settings(EXPIRING);
    await syncLater(id);
    await rig.until(id, is('active'), WITHIN_MS);
    assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
  });
});
