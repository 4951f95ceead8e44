import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type ConnectedApp, connectedApp } from './connected-app.ts';

interface Page {
  members: { profile: { team_member_id: string; email: string; status: { '.tag': string } } }[];
  cursor: string;
  has_more: boolean;
}

const LIST = 'team/members/list_v2';
const NEXT = 'team/members/list/continue_v2';

async function wholeListing({
  app,
  limit,
}: {
  app: ConnectedApp;
  limit: number;
}): Promise<{ ids: string[]; pages: Page[] }> {
  const pages = [await app.json<Page>(LIST, { limit, include_removed: true })];
  for (let last = pages[0]; last?.has_more; last = pages.at(-1)) {
    pages.push(await app.json<Page>(NEXT, { cursor: last.cursor }));
  }
  return { ids: pages.flatMap(({ members }) => members.map(({ profile }) => profile.team_member_id)), pages };
}

describe('listing members', () => {
  let simulator: Simulator;
  let app: ConnectedApp;

  beforeEach(async () => {
    simulator = await startSimulator({ teamSize: 120, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  afterEach(() => simulator.close());

  it('gives every member once, whatever the size of the page', async () => {
    for (const limit of [1000, 50, 7]) {
      const { ids, pages } = await wholeListing({ app, limit });
      assert.equal(new Set(ids).size, 120);
      assert.equal(ids.length, 120);
      assert.equal(
        pages.every(({ cursor }) => cursor.length > 0),
        true,
      );
      assert.equal(pages.at(-1)?.has_more, false);
    }
  });

  it('is no snapshot: later pages show what changed meanwhile', async () => {
    const before = simulator.team().size;
    const first = await app.json<Page>(LIST, { limit: 60 });
    simulator.byHand.add({ email: 'late@corp.example' });
    const second = await app.json<Page>(NEXT, { cursor: first.cursor });
    const emails = second.members.map(({ profile }) => profile.email);
    assert.equal(simulator.team().size, before + 1);
    assert.equal(emails.includes('late@corp.example'), true);
  });

  it('is a snapshot where the setting says so', async () => {
    simulator.changeSettings({ listingSnapshot: true });
    const reference = await app.json<Page>(LIST, { include_removed: true });
    const first = await app.json<Page>(LIST, { limit: 60, include_removed: true });
    const victim = reference.members.slice(60).find(({ profile }) => profile.status['.tag'] === 'active');
    simulator.byHand.remove({ teamMemberId: victim?.profile.team_member_id ?? '' });
    simulator.byHand.add({ email: 'late@corp.example' });
    const second = await app.json<Page>(NEXT, { cursor: first.cursor });
    assert.deepEqual([...first.members, ...second.members], reference.members);
    assert.equal(second.has_more, false);
  });

  it('has pages without members in between, and shorter pages than asked for, where set', async () => {
    simulator.changeSettings({ listingEmptyPageProbability: 0.5, listingPageMaximum: 10 });
    const { ids, pages } = await wholeListing({ app, limit: 1000 });
    assert.equal(new Set(ids).size, 120);
    assert.equal(ids.length, 120);
    assert.ok(pages.some(({ members, has_more }) => members.length === 0 && has_more));
    assert.ok(pages.every(({ members }) => members.length <= 10));
  });

  it('takes no cursor that is invented, altered, too old, or another team’s', async () => {
    const { cursor } = await app.json<Page>(LIST, { limit: 10 });
    const invalid = async (given: string, by: ConnectedApp = app) => {
      const { status, text } = await by.call(NEXT, { cursor: given });
      return status === 409 && JSON.parse(text).error['.tag'] === 'invalid_cursor';
    };
    const { accessToken } = simulator.issueTokens({ team: 1 });
    assert.equal(await invalid('ZtkX9_EHj3x7PMkVuFIhwKYXEpwpLwyxp9vMKomUhllil9q7eWiAu'), true);
    assert.equal(await invalid(`A${cursor.slice(1)}`), cursor[0] !== 'A');
    assert.equal(await invalid(cursor, connectedApp({ simulator, accessToken })), true);
    simulator.changeSettings({ cursorLifetimeMs: 60_000 });
    assert.equal(await invalid(cursor), false);
    simulator.advanceClock(60_000);
    assert.equal(await invalid(cursor), true);
  });

  it('hides removed members from look-ups where set, and rewrites their address where set', async () => {
    const email = simulator.team().admin?.email ?? '';
    const id = simulator.member({ email })?.profile.team_member_id ?? '';
    simulator.byHand.remove({ email });
    simulator.changeSettings({ removedEmailRewritten: true });
    assert.match(simulator.member({ teamMemberId: id })?.profile.email ?? '', /\+removed-0@corp\.example$/);
    simulator.changeSettings({ removedVisibleInGetInfo: false });
    const { text } = await app.call('team/members/get_info_v2', {
      members: [{ '.tag': 'team_member_id', team_member_id: id }],
    });
    assert.deepEqual(JSON.parse(text), { members_info: [{ '.tag': 'id_not_found', id_not_found: id }] });
  });
});

describe('a team of a million members', () => {
  it('starts in seconds, lists and looks up without keeping anybody in memory', async function () {
    this.timeout(60_000);
    const startedAt = Date.now();
    const simulator = await startSimulator({ teamSize: 1_000_000, externalIdShare: 1 });
    try {
      const app = connectedApp({ simulator });
      const first = await app.json<Page>(LIST, { include_removed: true });
      assert.ok(Date.now() - startedAt < 15_000, `${Date.now() - startedAt} ms`);
      assert.equal(first.members.length, 1000);
      const heapBefore = process.memoryUsage().heapUsed;
      let { cursor } = first;
      for (let page = 0; page < 20; page += 1) ({ cursor } = await app.json<Page>(NEXT, { cursor }));
      const grownMb = (process.memoryUsage().heapUsed - heapBefore) / 1_048_576;
      assert.ok(grownMb < 200, `${grownMb} MB`);
      const { num_provisioned_users: seats } = await app.json<{ num_provisioned_users: number }>(
        'team/get_info',
      );
      assert.ok(seats > 900_000 && seats < 1_000_000);
      const far = simulator.member({ externalId: 'HR-1000000' })?.profile;
      assert.equal(
        simulator.member({ email: far?.email ?? '' })?.profile.team_member_id,
        far?.team_member_id,
      );
      assert.equal(
        simulator.member({ teamMemberId: far?.team_member_id ?? '' })?.profile.external_id,
        'HR-1000000',
      );
    } finally {
      await simulator.close();
    }
  });
});
