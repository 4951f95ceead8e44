import assert from 'node:assert/strict';
import { MemberIds } from '../../src/simulator/members/member-ids.ts';
import { folded, GIVEN_NAMES, SURNAMES } from '../../src/simulator/members/names.ts';
import { Population, type PopulationOptions } from '../../src/simulator/members/population.ts';

const EMAIL = /^['#&A-Za-z0-9._%+-]+@[A-Za-z0-9-][A-Za-z0-9.-]*\.[A-Za-z]{2,15}$/;

const populationOf = (change: Partial<PopulationOptions> = {}): Population =>
  new Population({
    seed: 7,
    teamIndex: 0,
    domain: 'corp.example',
    size: 100_000,
    ids: new MemberIds('7/0'),
    epochMs: Date.UTC(2026, 0, 1),
    recoverWindowMs: 604_800_000,
    externalIdShare: 0.5,
    ...change,
  });

describe('the generated members of a team', () => {
  it('have names whose folded forms are unique, so that an address leads back to its member', () => {
    for (const names of [GIVEN_NAMES, SURNAMES]) assert.equal(new Set(names.map(folded)).size, names.length);
  });

  it('are found by each of their ids, far beyond the first round of names', () => {
    const population = populationOf();
    const ids = new MemberIds('7/0');
    const emails = new Set<string>();
    for (let index = 0; index < 100_000; index += 17) {
      const member = population.at(index);
      emails.add(member.email);
      assert.match(member.email, EMAIL);
      assert.equal(member.accountId.length, 40);
      assert.equal(population.indexOfEmail(member.email), index);
      assert.equal(ids.indexOf(member.teamMemberId), index);
      if (member.externalId !== null) assert.equal(population.indexOfExternalId(member.externalId), index);
    }
    assert.equal(emails.size, Math.ceil(100_000 / 17));
  });

  it('are not found by what was never given out', () => {
    const population = populationOf();
    const { email, teamMemberId } = population.at(5);
    const ids = new MemberIds('7/0');
    for (const odd of [
      email.replace('@', '1@'),
      email.replace('@', '02@'),
      email.replace('corp.', 'core.'),
      'x@corp.example',
    ]) {
      assert.equal(population.indexOfEmail(odd), undefined, odd);
    }
    for (const odd of ['HR-5', 'HR-0000000005', 'HR-999999', 'E5']) {
      assert.equal(population.indexOfExternalId(odd), undefined, odd);
    }
    assert.equal(ids.indexOf('dbmid:AAAAAA'), undefined);
    assert.equal(new MemberIds('8/0').indexOf(teamMemberId), undefined);
  });

  it('are the same for the same seed, others for another', () => {
    assert.deepEqual(populationOf().at(1234), populationOf().at(1234));
    assert.notEqual(populationOf({ seed: 8 }).at(1234).email, populationOf().at(1234).email);
  });

  it('are a believable mix', () => {
    const population = populationOf();
    const counts: Record<string, number> = {};
    for (let index = 0; index < population.size; index += 1) {
      const kind = population.statusKindAt(index);
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    const shareOf = (kind: string) => (counts[kind] ?? 0) / population.size;
    assert.ok(shareOf('active') > 0.85 && shareOf('active') < 0.91);
    for (const kind of ['invited', 'suspended', 'removed_recoverable', 'removed_final']) {
      assert.ok(shareOf(kind) > 0.01 && shareOf(kind) < 0.06, kind);
    }
    assert.equal(population.at(0).roleIds.length, 1);
    assert.equal(population.at(0).status.kind, 'active');
  });
});
