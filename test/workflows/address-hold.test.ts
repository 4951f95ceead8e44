/** The seven days after a removal, cut to seconds: who gets the address, and when. */
import assert from 'node:assert/strict';
import { and, eq } from 'drizzle-orm';
import { emailClaims, emailWaiters } from '../../drizzle/schema.ts';
import { tellTemporal } from '../../src/store/outbox.ts';
import { ACTING, fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

describe('an address after a removal', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 3_000 });
  });
  after(() => rig.stop());

  const accept = async (id: string): Promise<void> => {
    await rig.send(joiner(id));
    await rig.until(id, (seat) => seat.state === 'invited');
    rig.simulator.byHand.accept({ externalId: id });
  };
  const leave = async (id: string): Promise<Date> => {
    await rig.send(leaver(id));
    const held = await rig.until(id, (seat) => seat.state === 'held' && seat.holdUntil !== null);
    return held.holdUntil as Date;
  };
  /** When the person was added, by Dropbox's clock. */
  const addedAtMs = (id: string): number[] =>
    rig.simulator.ledger.effects({ kind: 'add', externalId: id }).map(({ at }) => Date.parse(at));

  it('goes to the next person when the hold ends, by one invitation', async () => {
    await accept('H100');
    const until = await leave('H100');
    await rig.send(joiner('H101', { person: { email: 'H100@corp.example' } }));
    const waiting = await rig.until('H101', (seat) => seat.waiting?.kind === 'email');
    assert.equal(waiting.state, 'waiting');
    assert.equal(waiting.waiting?.until, until.toISOString());
    assert.equal(waiting.waiting?.place, 1);
    await rig.until('H101', (seat) => seat.state === 'invited');
    assert.equal(addedAtMs('H101').length, 1);
    assert.ok((addedAtMs('H101')[0] ?? 0) >= until.getTime());
    assert.equal((await rig.seat('H100')).state, 'released');
  });

  it('goes to those who wait in the order of asking', async () => {
    await accept('H110');
    const until = await leave('H110');
    const email = 'h110@corp.example';
    for (const [place, id] of ['H111', 'H112', 'H113'].entries()) {
      await rig.send(joiner(id, { person: { email } }));
      await rig.until(id, (seat) => seat.waiting?.place === place + 1);
    }
    // Who no longer wants it is passed over.
    await rig.send(leaver('H111'));
    await rig.until('H111', (seat) => seat.state === 'released');
    await rig.until('H112', (seat) => seat.state === 'invited');
    assert.ok((addedAtMs('H112')[0] ?? 0) >= until.getTime());
    const later = await leave('H112');
    await rig.until('H113', (seat) => seat.waiting?.until === later.toISOString());
    await rig.until('H113', (seat) => seat.state === 'invited');
    assert.deepEqual([addedAtMs('H111').length, addedAtMs('H113').length], [0, 1]);
  });

  it('is waited for, with a date, by whoever asked while it was in use', async () => {
    await accept('H120');
    await rig.send(joiner('H121', { person: { email: 'h120@corp.example' } }));
    await rig.until('H121', (seat) => seat.attention?.code === 'address_taken');
    const until = await leave('H120');
    await rig.until('H121', (seat) => seat.waiting?.until === until.toISOString());
    await rig.until('H121', (seat) => seat.state === 'invited');
    assert.equal(addedAtMs('H121').length, 1);
  });

  it('comes back with the same person, who is recovered inside the hold and not added', async () => {
    await accept('H130');
    await leave('H130');
    await rig.send(joiner('H130'));
    const back = await rig.until('H130', (seat) => seat.state === 'active');
    assert.equal(back.holdUntil, null);
    assert.deepEqual(rig.effectsOf('H130'), ['add', 'remove', 'recover']);
    const claims = await rig.db.select().from(emailClaims).where(eq(emailClaims.holderSeatId, back.id));
    assert.deepEqual(
      claims.map(({ state, holdUntil }) => ({ state, holdUntil })),
      [{ state: 'owned', holdUntil: null }],
    );
  });

  it('binds other people only: who never accepted is invited anew at once', async () => {
    await rig.send(joiner('H135'));
    await rig.until('H135', (seat) => seat.state === 'invited');
    const until = await leave('H135');
    await rig.send(joiner('H135'));
    await rig.until('H135', (seat) => seat.state === 'invited');
    assert.deepEqual(rig.effectsOf('H135'), ['add', 'remove', 'add']);
    assert.ok((addedAtMs('H135')[1] ?? Number.POSITIVE_INFINITY) < until.getTime());
  });

  it('is free after the hold: the same person is added again, in a new lifecycle', async () => {
    await accept('H140');
    await leave('H140');
    await rig.until('H140', (seat) => seat.state === 'released');
    await rig.send(joiner('H140'));
    await rig.until('H140', (seat) => seat.state === 'invited');
    assert.deepEqual(rig.effectsOf('H140'), ['add', 'remove', 'add']);
  });

  it('is waited out for the same person where the settings do not recover', async () => {
    await accept('H145');
    await rig.settings({ deprovision: { ...ACTING.deprovision, recoverOnReturn: false } });
    const until = await leave('H145');
    await rig.send(joiner('H145'));
    await rig.until('H145', (seat) => seat.waiting?.kind === 'email');
    await rig.until('H145', (seat) => seat.state === 'invited');
    assert.deepEqual(rig.effectsOf('H145'), ['add', 'remove', 'add']);
    assert.ok((addedAtMs('H145')[1] ?? 0) >= until.getTime() - 1_000);
    await rig.settings({});
  });

  it('of a member removed by hand is waited for as long as Dropbox can recover them', async () => {
    const email = 'h150@corp.example';
    rig.simulator.byHand.add({ email, externalId: 'SOMEBODY' });
    rig.simulator.byHand.accept({ email });
    rig.simulator.byHand.remove({ email });
    const removedAtMs = rig.simulator.nowMs();
    await rig.send(joiner('H150'));
    await rig.until('H150', (seat) => seat.waiting?.kind === 'email' && seat.state === 'waiting');
    await rig.until('H150', (seat) => seat.state === 'invited');
    assert.ok((addedAtMs('H150')[0] ?? 0) >= removedAtMs + 3_000);
    assert.equal(addedAtMs('H150').length, 1);
  });

  it('is released at the same time when the lifecycle was ended by hand and begun again', async () => {
    await accept('H160');
    const until = await leave('H160');
    const { id, workflowId } = await rig.seat('H160');
    await rig.client.workflow.getHandle(workflowId).terminate('by hand');
    await rig.db.transaction((tx) => tellTemporal({ tx, kind: 'seat', subjects: [{ id }] }));
    const released = await rig.until('H160', (seat) => seat.state === 'released');
    assert.ok(released.updatedAt.getTime() >= until.getTime());
    assert.ok(released.updatedAt.getTime() < until.getTime() + 3_000);
    assert.deepEqual(rig.effectsOf('H160'), ['add', 'remove']);
  });

  it('stays held while the worker is away, and is released when it is back', async () => {
    await accept('H170');
    const until = await leave('H170');
    await rig.stopWorker();
    await rig.send(joiner('H171', { person: { email: 'h170@corp.example' } }));
    await rig.startWorker();
    await rig.until('H171', (seat) => seat.state === 'invited');
    assert.ok((addedAtMs('H171')[0] ?? 0) >= until.getTime());
  });

  it('is taken once by who stood in line before their day came', async () => {
    await accept('H175');
    await rig.send(joiner('H176', { person: { email: 'h175@corp.example' } }));
    await rig.until('H176', (seat) => seat.attention?.code === 'address_taken');
    await leave('H175');
    await rig.send(leaver('H176'), joiner('H176', { effectiveAt: inMs(6_000) }));
    await rig.until('H175', (seat) => seat.state === 'released');
    const { id } = await rig.until('H176', (seat) => seat.state === 'invited');
    assert.equal(addedAtMs('H176').length, 1);
    assert.deepEqual(await rig.db.select().from(emailWaiters).where(eq(emailWaiters.seatId, id)), []);
  });

  it('is free again, with nothing left over, when nobody wants it', async () => {
    await accept('H180');
    await rig.send(joiner('H181', { person: { email: 'h180@corp.example' } }));
    await rig.until('H181', (seat) => seat.attention?.code === 'address_taken');
    await rig.send(leaver('H181', { effectiveAt: inMs(500) }), leaver('H180'));
    for (const id of ['H180', 'H181']) await rig.until(id, (seat) => seat.state === 'released');
    const emailKey = 'h180@corp.example';
    const left = and(eq(emailClaims.emailKey, emailKey), eq(emailClaims.connectionId, rig.connectionId));
    assert.deepEqual(await rig.db.select().from(emailClaims).where(left), []);
    assert.deepEqual(await rig.db.select().from(emailWaiters).where(eq(emailWaiters.emailKey, emailKey)), []);
    await rig.send(fact('mover', 'H181', { person: { givenName: 'Later' } }));
    assert.equal((await rig.seat('H181')).state, 'released');
  });
});

describe('an address that Dropbox keeps for longer than the hold', () => {
  const WINDOW_MS = 6_000;
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 1_000, team: { recoverWindowMs: WINDOW_MS } });
  });
  after(() => rig.stop());

  it('is given to nobody else while the account can be recovered', async () => {
    await rig.send(joiner('W1'));
    await rig.until('W1', (seat) => seat.state === 'invited');
    rig.simulator.byHand.accept({ externalId: 'W1' });
    await rig.send(leaver('W1'));
    await rig.until('W1', (seat) => seat.state === 'held');
    await rig.send(joiner('W2', { person: { email: 'w1@corp.example' } }));
    const { updatedAt } = await rig.until('W1', (seat) => seat.state === 'released', 60_000);
    const at = (kind: 'add' | 'remove', externalId: string): number =>
      Date.parse(rig.simulator.ledger.effects({ kind, externalId }).at(-1)?.at ?? '');
    assert.ok(updatedAt.getTime() - at('remove', 'W1') >= WINDOW_MS);
    await rig.until('W2', (seat) => seat.state === 'invited', 60_000);
    assert.ok(at('add', 'W2') - at('remove', 'W1') >= WINDOW_MS);
    assert.deepEqual(rig.effectsOf('W2'), ['add']);
  });

  it('holds the files as well: they are transferred when nobody can be recovered any more', async () => {
    const transferTo = { email: String(rig.simulator.team().admin?.email) };
    await rig.settings({ deprovision: { ...ACTING.deprovision, transferTo } });
    await rig.send(joiner('W3'));
    await rig.until('W3', (seat) => seat.state === 'invited');
    rig.simulator.byHand.accept({ externalId: 'W3' });
    await rig.send(leaver('W3'));
    await rig.until('W3', (seat) => seat.state === 'released', 60_000);
    assert.deepEqual(rig.effectsOf('W3'), ['add', 'remove', 'transfer']);
    const [, removed = 0, transferred = 0] = rig.simulator.ledger
      .effects({ externalId: 'W3' })
      .filter(({ by }) => by === 'api')
      .map(({ at }) => Date.parse(at));
    assert.ok(transferred - removed >= WINDOW_MS);
  });
});
