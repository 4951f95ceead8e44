/** The directory without HR events. */
import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { people } from '../../drizzle/schema.ts';
import { putAssignments } from '../../src/commands/assignments.ts';
import { type PersonChange, putGroup, putPerson } from '../../src/commands/directory.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { fact, inMs, joiner, leaver } from '../support/rig.ts';
import { type ConnectedDatabase, connectedDatabase } from './connected-database.ts';

describe('the directory', () => {
  let team: ConnectedDatabase;
  before(async () => {
    team = await connectedDatabase();
  });
  after(() => team.drop());

  const put = (externalId: string, person: PersonChange) =>
    putPerson({ db: team.db, keyring: team.keyring, externalId, person, actor: 'test', now: new Date() });
  const group = (name: string, members: string[]) =>
    putGroup({ db: team.db, keyring: team.keyring, name, members, actor: 'test', now: new Date() });
  const present = async (externalId: string) => {
    const [row] = await team.db.select().from(people).where(eq(people.externalId, externalId));
    return row?.slices[0];
  };

  it('makes whoever has no state active by the first PUT, and keeps the state of those who have one', async () => {
    await put('P100', { email: 'p100@corp.example' });
    assert.equal((await present('P100'))?.state, 'active');
    await team.send([leaver('P101')]);
    await put('P101', { email: 'p101@corp.example' });
    assert.equal((await present('P101'))?.state, 'left');
  });

  it('changes only what a PUT names, and obeys a later event', async () => {
    await team.send([joiner('P110', { effectiveAt: inMs(-60_000) })]);
    await put('P110', { surname: 'Put' });
    assert.equal((await present('P110'))?.email, 'p110@corp.example');
    await team.send([fact('mover', 'P110', { effectiveAt: inMs(-30_000), person: { surname: 'Old' } })]);
    assert.equal((await present('P110'))?.surname, 'Put');
  });

  it('keeps parallel PUTs of the same person apart', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => put('P120', { surname: `S${i}` })));
    assert.match((await present('P120'))?.surname ?? '', /^S\d$/);
  });

  it('replaces the members of a group, whoever gave them, and plans the seats anew', async () => {
    const { db, connectionId } = team;
    await team.send([joiner('P130', { person: { groups: ['Design'] } }), joiner('P131'), joiner('P132')]);
    const assignments = { everyone: false, groups: ['Design'], people: [] };
    await putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
    assert.deepEqual(await team.desired('P130'), ['member']);
    assert.deepEqual(await group('Design', ['P131']), { changed: 2 });
    assert.deepEqual(await team.desired('P130'), ['none']);
    assert.deepEqual(await team.desired('P131'), ['member']);
    assert.deepEqual(await group('Design', ['P131']), { changed: 0 });
    // An event takes away only what events gave.
    await team.send([fact('mover', 'P131', { person: { groups: ['Other'] } })]);
    assert.deepEqual((await present('P131'))?.groups, ['Design', 'Other']);
    assert.deepEqual(await group('Design', []), { changed: 1 });
    assert.deepEqual(await team.desired('P131'), ['none']);
  });

  it('refuses a group of people whom nobody knows, and stores nothing of it', async () => {
    await assert.rejects(
      group('Ghosts', ['P100', 'NOBODY']),
      (error) => error instanceof CommandRefusal && error.code === 'unknown_person',
    );
    assert.deepEqual((await present('P100'))?.groups, []);
  });
});
