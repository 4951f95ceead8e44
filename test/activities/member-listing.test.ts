import assert from 'node:assert/strict';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { eq, sql } from 'drizzle-orm';
import { connections } from '../../drizzle/schema.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { type SyncedTeam, withSyncedTeam } from './synced-team.ts';

const BEGIN = 'team/members/list_v2';
const CONTINUE = 'team/members/list/continue_v2';
/** Five pages. */
const TEAM = { teamSize: 100, pageSize: 20 };

describe('listing the members', () => {
  const list = (team: SyncedTeam, syncId: string) =>
    team.attempt(() => team.activities.listMembers({ syncId }));

  it('goes on behind the last committed page after a crash', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'reset' }, nth: 3 });
      await assert.rejects(list(team, syncId), { code: 'dropbox_unreachable' });
      assert.equal(await team.staged(), 60);
      assert.deepEqual(await list(team, syncId), { members: 100, pages: 5 });
      assert.deepEqual([team.calls(BEGIN), team.calls(CONTINUE)], [1, 5]);
    }));

  it('says the same again when only its answer was lost', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      const first = await list(team, syncId);
      assert.deepEqual(await list(team, syncId), first);
      assert.deepEqual([team.calls(BEGIN), team.calls(CONTINUE)], [1, 4]);
    }));

  it('comes to the right end when a lost attempt goes on beside the new one', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      const both = await Promise.all([list(team, syncId), list(team, syncId)]);
      assert.deepEqual(both, [
        { members: 100, pages: 5 },
        { members: 100, pages: 5 },
      ]);
      assert.equal(await team.staged(), 100);
    }));

  it('stops at once when it is cancelled', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'hang' }, nth: 2 });
      const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
      const listing = environment.run(() => team.activities.listMembers({ syncId }));
      for (let i = 0; i < 100 && team.calls(CONTINUE) < 2; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      environment.cancel();
      await assert.rejects(listing, CancelledFailure);
      assert.equal((await team.syncRow(syncId)).problem, null);
    }));

  it('starts over when Dropbox drops the cursor midway', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'invalid_cursor' }, nth: 3 });
      assert.deepEqual(await list(team, syncId), { members: 100, pages: 5 });
      assert.equal(team.calls(BEGIN), 2);
      assert.equal(await team.staged(), 100);
      assert.deepEqual(team.events, ['listing started over']);
    }));

  it('gives up when that happens again and again', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'invalid_cursor' } });
      assert.deepEqual(await team.listUntilItFails(syncId), { code: 'listing_incomplete', attempts: 1 });
      assert.equal(team.calls(BEGIN), 6);
      assert.match((await team.syncRow(syncId)).problem?.detail ?? '', /again and again/);
    }));

  it('bears repeated pages and empty ones', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'repeated_page' }, nth: 2 });
      team.simulator.faults.add({ route: '*', fault: { kind: 'empty_page' }, nth: 4 });
      team.simulator.faults.add({ route: BEGIN, fault: { kind: 'empty_page' }, nth: 1 });
      const { members } = await list(team, syncId);
      assert.deepEqual([members, await team.staged()], [100, 100]);
    }));

  it('gives up a listing that goes in circles', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'empty_page' } });
      assert.equal((await team.listUntilItFails(syncId)).code, 'listing_incomplete');
      assert.equal(team.calls(CONTINUE), 100);
    }));

  describe('of which a page cannot be had', () => {
    const faults: [string, Fault, string, RegExp][] = [
      ['truncated JSON', { kind: 'truncated' }, 'dropbox_unreadable', /not a list of members/],
      ['an answer cut off', { kind: 'truncated', cut: true }, 'dropbox_unreadable', /not a list of members/],
      ['a web page', { kind: 'html' }, 'dropbox_unreadable', /not a list of members/],
      ['a server error', { kind: 'server_error', status: 500 }, 'dropbox_unavailable', /errors of its own/],
      ['a reset', { kind: 'reset' }, 'dropbox_unreachable', /cannot be reached/],
    ];
    for (const [what, fault, code, words] of faults) {
      it(`(${what}) removes nobody, and ends with the reason in words`, () =>
        withSyncedTeam(TEAM, async (team) => {
          await team.sync();
          const before = await team.roster();
          const { email } = before.find(({ status, role }) => status === 'active' && role === 'member') ?? {};
          team.simulator.byHand.suspend({ email: email ?? '' });
          let pages = 0;
          team.simulator.faults.add({ route: CONTINUE, fault, matches: () => ++pages >= 3 });
          const syncId = await team.begin();
          await assert.rejects(list(team, syncId), { code });
          const trying = await team.syncRow(syncId);
          assert.deepEqual([trying.status, trying.problem?.code, trying.processed], ['running', code, 60]);
          assert.match(trying.problem?.nextStep ?? '', /goes on trying/);

          await loseFifteenMinutes(team);
          assert.equal((await team.listUntilItFails(syncId)).code, code);
          const failed = await team.syncRow(syncId);
          assert.deepEqual([failed.status, failed.problem?.code], ['failed', code]);
          assert.match(failed.problem?.detail ?? '', words);
          assert.match(failed.problem?.detail ?? '', /Nothing was changed/);
          assert.match(failed.problem?.nextStep ?? '', /next run/);
          assert.deepEqual(await team.roster(), before);
          assert.equal(await team.staged(), 0);

          team.simulator.faults.clear();
          assert.equal((await team.sync()).changed, 1);
        }));
    }

    it('has little patience with answers that cannot be read', () =>
      withSyncedTeam(TEAM, async (team) => {
        const syncId = await team.begin();
        team.simulator.faults.add({ route: BEGIN, fault: { kind: 'html' } });
        assert.deepEqual(await team.listUntilItFails(syncId), { code: 'dropbox_unreadable', attempts: 6 });
      }));

    it('tries on for a quarter of an hour, and begins to count anew after every page', () =>
      withSyncedTeam(TEAM, async (team) => {
        const syncId = await team.begin();
        const { faults } = team.simulator;
        faults.add({ route: CONTINUE, fault: { kind: 'server_error' }, nth: 2 });
        await assert.rejects(list(team, syncId), { code: 'dropbox_unavailable' });
        await loseFifteenMinutes(team);
        faults.add({ route: CONTINUE, fault: { kind: 'server_error' }, nth: 2 });
        await assert.rejects(list(team, syncId), { code: 'dropbox_unavailable' });
        assert.equal((await list(team, syncId)).members, 100);
        assert.deepEqual(Object.keys((await team.syncRow(syncId)).report ?? {}).sort(), ['members', 'pages']);
      }));

    it('waits as long as Dropbox asks for, unless that is too long for one run', () =>
      withSyncedTeam(TEAM, async (team) => {
        const syncId = await team.begin();
        const { faults } = team.simulator;
        faults.add({ route: BEGIN, fault: { kind: 'rate_limited', retryAfterSeconds: 60 }, count: 1 });
        await assert.rejects(list(team, syncId), { code: 'dropbox_rate_limited', retryAfterMs: 60_000 });
        faults.add({ route: BEGIN, fault: { kind: 'rate_limited', retryAfterSeconds: 600 } });
        assert.deepEqual(await team.listUntilItFails(syncId), { code: 'dropbox_rate_limited', attempts: 1 });
      }));
  });

  it('decides nothing when it ends without anybody', () =>
    withSyncedTeam(TEAM, async (team) => {
      await team.sync();
      const before = await team.roster();
      team.simulator.faults.add({ route: BEGIN, fault: { kind: 'empty_listing' } });
      const syncId = await team.begin();
      assert.deepEqual(await team.listUntilItFails(syncId), { code: 'listing_empty', attempts: 1 });
      assert.deepEqual(await team.roster(), before);
      assert.match((await team.syncRow(syncId)).problem?.detail ?? '', /no members at all/);
    }));

  it('decides nothing when it ends midway without anybody more, or without the connecting admin', () =>
    withSyncedTeam(TEAM, async (team) => {
      await team.sync();
      await team.db.update(connections).set({ adminMemberId: 'dbmid:not-listed' });
      const before = await team.roster();
      const syncId = await team.begin();
      assert.deepEqual(await team.listUntilItFails(syncId), { code: 'listing_incomplete', attempts: 1 });
      assert.deepEqual(await team.roster(), before);
      assert.match((await team.syncRow(syncId)).problem?.nextStep ?? '', /reauthorise/);
    }));

  it('of a listing that ends too early asks about the rest, and removes nobody', () =>
    withSyncedTeam(TEAM, async (team) => {
      await team.sync();
      const before = await team.roster();
      team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'empty_listing' }, nth: 2 });
      const report = await team.sync();
      assert.deepEqual([report.members, report.gone], [40, 0]);
      assert.ok(report.missing > 50);
      assert.deepEqual(await team.roster(), before);
    }));

  describe('for a connection that may not call', () => {
    const denied: [string, (team: SyncedTeam) => void, string, RegExp][] = [
      ['revoked', ({ simulator }) => simulator.access.removeApp(), 'grant_revoked', /was revoked/],
      [
        'narrowed',
        ({ simulator }) => simulator.access.dropScope({ scope: 'members.read' }),
        'scope_missing',
        /lacks a permission .* \(members\.read\)/,
      ],
      [
        'denied',
        ({ simulator }) => {
          const error = { '.tag': 'team_is_frozen' };
          simulator.faults.add({ route: BEGIN, fault: { kind: 'denied', status: 403, error } });
        },
        'access_denied',
        /denies access/,
      ],
    ];
    for (const [what, take, code, words] of denied) {
      it(`(${what}) fails at once with what to do, and the connection is broken`, () =>
        withSyncedTeam(TEAM, async (team) => {
          take(team);
          const syncId = await team.begin();
          assert.deepEqual(await team.listUntilItFails(syncId), { code, attempts: 1 });
          const { problem } = await team.syncRow(syncId);
          assert.match(problem?.detail ?? '', words);
          assert.match(problem?.nextStep ?? '', /reauthorise/);
          const [connection] = await team.db.select().from(connections);
          assert.deepEqual([connection?.status, connection?.brokenCause?.code], ['broken', code]);
          const position = team.simulator.ledger.position;
          const next = await team.begin();
          assert.equal((await team.listUntilItFails(next)).code, code);
          assert.deepEqual(team.simulator.ledger.calls({ since: position }), []);
        }));
    }

    it('(paused) makes no call', () =>
      withSyncedTeam(TEAM, async (team) => {
        await team.db.update(connections).set({ status: 'paused' });
        const position = team.simulator.ledger.position;
        const syncId = await team.begin();
        assert.equal((await team.listUntilItFails(syncId)).code, 'connection_paused');
        assert.deepEqual(team.simulator.ledger.calls({ since: position }), []);
      }));

    it('(paused midway) stops after the page at hand', () =>
      withSyncedTeam(TEAM, async (team) => {
        const syncId = await team.begin();
        team.simulator.faults.add({ route: CONTINUE, fault: { kind: 'delay', delayMs: 400 }, nth: 2 });
        const listing = team.listUntilItFails(syncId);
        for (let i = 0; i < 100 && team.calls(CONTINUE) < 2; i += 1) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await team.db
          .update(connections)
          .set({ status: 'paused' })
          .where(eq(connections.id, team.connectionId));
        assert.equal((await listing).code, 'connection_paused');
        assert.equal(team.calls(CONTINUE), 2);
      }));
  });

  it('ends when the run was given up for dead meanwhile', () =>
    withSyncedTeam(TEAM, async (team) => {
      const syncId = await team.begin();
      await team.activities.failSync({ syncId, code: 'sync_interrupted' });
      assert.equal((await team.listUntilItFails(syncId)).code, 'sync_interrupted');
    }));
});

/** The trouble at hand is older than the patience of a run. */
async function loseFifteenMinutes({ db }: SyncedTeam): Promise<void> {
  await db.execute(sql`
    update syncs set report = report ||
      jsonb_build_object('troubledSinceMs', (report->>'troubledSinceMs')::bigint - 16 * 60000)
    where report ? 'troubledSinceMs'`);
}
