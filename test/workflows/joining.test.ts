/** How people become members, and what keeps them from it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { people } from '../../drizzle/schema.ts';
import { retrySeat } from '../../src/commands/decisions.ts';
import { putGroup, putPerson } from '../../src/commands/directory.ts';
import { ACTING, fact, inMs, joiner, leaver, type Rig, startRig } from '../support/rig.ts';

describe('somebody who joins', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  const put = (externalId: string, email: string) =>
    putPerson({
      db: rig.db,
      keyring: rig.keyring,
      externalId,
      person: { email },
      actor: 'test',
      now: new Date(),
    });

  it('is provisioned silently where the settings say so', async () => {
    await rig.settings({ provision: { enabled: true, silent: true } });
    await rig.send(joiner('J100'));
    await rig.until('J100', (seat) => seat.state === 'invited');
    await rig.settings({});
    await rig.send(joiner('J101'));
    await rig.until('J101', (seat) => seat.state === 'invited');
    const mailed = rig
      .effects('add')
      .map(({ externalId, details }) => [externalId, details.sendWelcomeEmail]);
    assert.deepEqual(mailed, [
      ['J100', false],
      ['J101', true],
    ]);
  });

  it('is adopted when a member without an external id has the address, and removed when they leave', async () => {
    const email = 'j110@corp.example';
    rig.simulator.byHand.add({ email, givenName: 'As', surname: 'Named' });
    rig.simulator.byHand.accept({ email });
    await rig.send(joiner('J110'));
    const adopted = await rig.until('J110', (seat) => seat.state === 'active');
    assert.equal(adopted.profileRevision, 1);
    assert.deepEqual(rig.effectsOf('J110'), ['set_profile']);
    assert.equal(rig.simulator.member({ email })?.profile.name.surname, 'Named');
    await rig.send(leaver('J110'));
    await rig.until('J110', (seat) => seat.state === 'held');
    assert.deepEqual(rig.effectsOf('J110'), ['set_profile', 'remove']);
  });

  it('needs a person when the member with the address carries another external id, which stays', async () => {
    const email = 'j120@corp.example';
    rig.simulator.byHand.add({ email, externalId: 'FORMER' });
    await rig.send(joiner('J120'));
    await rig.until('J120', (seat) => seat.attention?.code === 'former_identity');
    assert.equal(rig.simulator.member({ email })?.profile.external_id, 'FORMER');
    assert.ok(rig.callsAbout(email).every(({ route }) => route === 'team/members/get_info_v2'));
    await rig.send(leaver('J120'));
    await rig.until('J120', (seat) => seat.state === 'released');
    assert.equal(rig.simulator.member({ email })?.profile.status['.tag'], 'invited');
  });

  it('needs a person when Dropbox does not take the address for one', async () => {
    await rig.send(joiner('J125', { person: { email: 'a@b@corp.example' } }));
    await rig.until(
      'J125',
      (seat) => seat.attention?.code === 'request_rejected' && seat.state === 'waiting',
    );
    await rig.send(fact('mover', 'J125', { person: { email: 'j125@corp.example' } }));
    await rig.until('J125', (seat) => seat.state === 'invited' && seat.attention === null);
  });

  it('waits for an address, which a mover or a PUT may bring', async () => {
    await rig.send(
      joiner('J130', { person: { email: undefined } }),
      joiner('J131', { person: { email: undefined } }),
    );
    for (const id of ['J130', 'J131']) {
      await rig.until(id, (seat) => seat.attention?.code === 'email_missing' && seat.state === 'waiting');
    }
    await rig.send(fact('mover', 'J130', { person: { email: 'j130@corp.example' } }));
    await put('J131', 'j131@corp.example');
    for (const id of ['J130', 'J131']) {
      await rig.until(id, (seat) => seat.state === 'invited' && seat.attention === null);
      assert.deepEqual(rig.effectsOf(id), ['add']);
    }
  });

  it('is not invited to the address of another active person, until it is corrected', async () => {
    await rig.send(joiner('J140'));
    await rig.until('J140', (seat) => seat.state === 'invited');
    await rig.send(joiner('J141', { person: { email: 'J140@Corp.Example' } }));
    await rig.until('J141', (seat) => seat.attention?.code === 'address_taken');
    assert.deepEqual(rig.effectsOf('J141'), []);
    await rig.send(fact('mover', 'J141', { person: { email: 'j141@corp.example' } }));
    await rig.until('J141', (seat) => seat.state === 'invited' && seat.attention === null);
    assert.deepEqual(rig.effectsOf('J141'), ['add']);
  });

  it('is kept on record while provisioning is off, and added when it is switched on', async () => {
    await rig.settings({ provision: { enabled: false, silent: false } });
    await rig.send(joiner('J150'));
    const kept = await rig.until('J150', (seat) => seat.skipped?.action === 'provision');
    assert.equal(kept.state, 'waiting');
    assert.deepEqual(rig.callsAbout('J150'), []);
    await rig.settings({});
    await rig.until('J150', (seat) => seat.state === 'invited' && seat.skipped === null);
    assert.deepEqual(rig.effectsOf('J150'), ['add']);
  });

  it('stays a member while de-provisioning is off, and is removed when it is switched on', async () => {
    await rig.send(joiner('J160'));
    await rig.until('J160', (seat) => seat.state === 'invited');
    await rig.settings({ deprovision: { ...ACTING.deprovision, enabled: false } });
    await rig.send(leaver('J160'));
    const kept = await rig.until('J160', (seat) => seat.skipped?.action === 'deprovision');
    assert.equal(kept.state, 'invited');
    assert.deepEqual(rig.effectsOf('J160'), ['add']);
    await rig.settings({});
    await rig.until('J160', (seat) => seat.state === 'held' && seat.skipped === null);
    assert.deepEqual(rig.effectsOf('J160'), ['add', 'remove']);
  });

  it('is invited on the day named, not before', async () => {
    const effectiveAt = inMs(3_000);
    await rig.send(joiner('J170', { effectiveAt }));
    await sleep(1_500);
    assert.equal((await rig.seat('J170')).state, 'waiting');
    assert.deepEqual(rig.callsAbout('J170'), []);
    await rig.until('J170', (seat) => seat.state === 'invited');
    const [first] = rig.callsAbout('J170');
    assert.ok((first?.atMs ?? 0) >= Date.parse(effectiveAt));
    assert.deepEqual(rig.effectsOf('J170'), ['add']);
  });

  it('leaves on the day last named', async () => {
    await rig.send(joiner('J171'), leaver('J171', { id: 'leave-1', effectiveAt: inMs(2_500) }));
    await rig.until('J171', (seat) => seat.state === 'invited');
    const last = inMs(5_000);
    await rig.send(
      { id: 'leave-1-cancelled', type: 'cancellation', cancels: 'leave-1' },
      leaver('J171', { effectiveAt: last }),
    );
    await sleep(3_500);
    assert.deepEqual(rig.effectsOf('J171'), ['add']);
    await rig.until('J171', (seat) => seat.state === 'held');
    const [removal] = rig.simulator.ledger.effects({ externalId: 'J171', kind: 'remove' });
    assert.ok(Date.parse(removal?.at ?? '') >= Date.parse(last));
  });

  it('leaves on the day named even when what held before needed a person', async () => {
    await rig.send(
      joiner('J172', { person: { email: 'user_on_another_team.j172@corp.example' } }),
      leaver('J172', { effectiveAt: inMs(2_000) }),
      joiner('J173'),
      fact('suspension', 'J173', { effectiveAt: inMs(1_000) }),
      leaver('J173', { effectiveAt: inMs(3_000) }),
    );
    await rig.until('J172', (seat) => seat.attention?.code === 'on_another_team');
    await rig.until('J173', (seat) => seat.skipped?.action === 'suspend');
    await rig.until('J172', (seat) => seat.state === 'released' && seat.attention === null);
    await rig.until('J173', (seat) => seat.state === 'held' && seat.skipped === null);
  });

  it('appears in workflows by an opaque id when the external id is an address', async () => {
    const id = 'j180@corp.example';
    await rig.send(joiner(id, { person: { email: id } }));
    const seat = await rig.until(id, ({ state }) => state === 'invited');
    const [person] = await rig.db.select().from(people).where(eq(people.externalId, id));
    assert.ok(!person?.ref.includes('@'));
    assert.ok(seat.workflowId.endsWith(`/${person?.ref}`));
    assert.equal(rig.simulator.member({ externalId: id })?.profile.email, id);
    const { raw } = await rig.client.workflow.getHandle(seat.workflowId).describe();
    assert.ok(!JSON.stringify(raw).includes('j180'));
  });

  it('is left alone when they leave without ever having been there', async () => {
    const before = rig.simulator.ledger.position;
    await rig.send(leaver('J199'));
    await rig.send(joiner('J198', { effectiveAt: inMs(60_000) }));
    await rig.until('J198', (seat) => seat.state === 'waiting');
    await rig.send(leaver('J198', { effectiveAt: inMs(61_000) }));
    await rig.send({ ...joiner('J198'), type: 'mover' });
    await sleep(300);
    await assert.rejects(rig.seat('J199'));
    assert.deepEqual(rig.simulator.ledger.calls({ since: before }), []);
  });
});

describe('assignment', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ everyone: false });
  });
  after(() => rig.stop());

  it('by person, by group and of everyone gives seats, and its end takes them', async () => {
    await rig.send(
      joiner('A1'),
      joiner('A2', { person: { groups: ['Engineering'] } }),
      joiner('A3'),
      leaver('A4'),
    );
    await rig.assign({ people: ['A1'], groups: ['Engineering'] });
    await rig.until('A1', (seat) => seat.state === 'invited');
    await rig.until('A2', (seat) => seat.state === 'invited');
    await assert.rejects(rig.seat('A3'));
    await putGroup({
      db: rig.db,
      keyring: rig.keyring,
      name: 'Engineering',
      members: ['A3'],
      actor: 'test',
      now: new Date(),
    });
    await rig.until('A3', (seat) => seat.state === 'invited');
    await rig.until('A2', (seat) => seat.state === 'held');
    await rig.assign({ everyone: true });
    await rig.until('A2', (seat) => seat.state === 'invited');
    await rig.assign({});
    for (const id of ['A1', 'A2', 'A3']) await rig.until(id, (seat) => seat.state === 'held');
    assert.deepEqual(rig.effectsOf('A1'), ['add', 'remove']);
    assert.deepEqual(rig.effectsOf('A2'), ['add', 'remove', 'add', 'remove']);
    assert.deepEqual(rig.effectsOf('A3'), ['add', 'remove']);
    assert.deepEqual(rig.callsAbout('A4'), []);
  });
});

describe('a team with a bound', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  it('never loses the admin who connected it', async () => {
    const { admin } = rig.simulator.team();
    await rig.send(joiner('B100', { person: { email: admin?.email ?? '' } }));
    await rig.until('B100', (seat) => seat.state === 'active');
    await rig.send(leaver('B100'));
    await rig.until('B100', (seat) => seat.attention?.code === 'connecting_admin' && seat.state === 'active');
    assert.deepEqual(rig.effectsOf('B100'), ['set_profile']);
  });

  it('keeps its last admin, and says so', async () => {
    const email = 'b110@corp.example';
    const { byHand } = rig.simulator;
    const others = await activeMembers(rig);
    byHand.add({ email });
    byHand.accept({ email });
    byHand.setRoles({ email, roles: ['Team'] });
    for (const teamMemberId of others) byHand.setRoles({ teamMemberId, roles: [] });
    await rig.send(joiner('B110'));
    await rig.until('B110', (seat) => seat.state === 'active');
    await rig.send(leaver('B110'));
    await rig.until('B110', (seat) => seat.attention?.code === 'last_admin');
    assert.equal((await rig.seat('B110')).state, 'active');
    assert.equal(rig.simulator.member({ email })?.profile.status['.tag'], 'active');
    const removals = rig.callsAbout(rig.simulator.member({ email })?.profile.team_member_id ?? '');
    assert.equal(removals.filter(({ route }) => route === 'team/members/remove').length, 1);
  });

  it('without a licence left says so, once, and goes on when somebody asks for it', async () => {
    rig.simulator.setLicences({ licences: 1 });
    await rig.send(joiner('B120'));
    const seat = await rig.until('B120', ({ attention }) => attention?.code === 'no_seat_left');
    assert.equal(seat.state, 'waiting');
    await sleep(1_500);
    const adds = rig.callsAbout('B120').filter(({ route }) => route === 'team/members/add_v2');
    assert.equal(adds.length, 1);
    rig.simulator.setLicences({ licences: 100 });
    const { db, connectionId } = rig;
    await retrySeat({ db, connectionId, personId: 'B120', actor: 'test' });
    await rig.until('B120', ({ state }) => state === 'invited');
    assert.deepEqual(rig.effectsOf('B120'), ['add']);
  });
});

async function activeMembers(rig: Rig): Promise<string[]> {
  const answer = await fetch(new URL('/simulator/members?status=active', rig.simulator.origin));
  const { members } = (await answer.json()) as { members: { profile: { team_member_id: string } }[] };
  return members.map(({ profile }) => profile.team_member_id);
}
