/** A simulated team, a database, and the activities of the sync between them, called as a worker calls them. */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { desc, eq, sql } from 'drizzle-orm';
import type { SyncReport } from '../../activities/contract.ts';
import { createTeamSyncActivities, type TeamSyncActivities } from '../../activities/team-sync.ts';
import { connectionSettings, connections, members, syncs } from '../../drizzle/schema.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { DropboxClient } from '../../src/dropbox/client.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Database } from '../../src/store/database.ts';
import { newId } from '../../src/store/ids.ts';
import { type SimulatedTeam, withTeam } from '../dropbox/simulated-team.ts';
import { testDatabase } from '../support/postgres.ts';

export const HOLD_MS = 7 * 86_400_000;

type Heartbeat = Record<string, number>;

export type SyncedTeam = {
  simulator: Simulator;
  client: DropboxClient;
  db: Database;
  url: string;
  accessToken: string;
  connectionId: string;
  activities: TeamSyncActivities;
  /** What the activities said of themselves. */
  events: string[];
  /** Details of every heartbeat so far. */
  heartbeats: Heartbeat[];
  begin(): Promise<string>;
  /** Runs one activity in an activity's context, once, without retry. */
  attempt<T>(activity: () => Promise<T>): Promise<T>;
  /** As the workflow does it: every activity in turn, nothing tried twice. */
  sync(): Promise<SyncReport & { gone: number }>;
  /** Lists as Temporal does, trying again at once until it succeeds or fails for good, then fails the sync. */
  listUntilItFails(syncId: string): Promise<{ code: string; attempts: number }>;
  syncRow(syncId?: string): Promise<typeof syncs.$inferSelect>;
  roster(): Promise<(typeof members.$inferSelect)[]>;
  staged(): Promise<number>;
  calls(route: string): number;
};

export async function withSyncedTeam(
  options: SimulatorOptions & {
    pageSize?: number;
    /** Puts something between the activities and Dropbox. */
    wrapClient?: (client: DropboxClient) => DropboxClient;
    openRuns?: (slug: string) => AsyncIterable<string>;
  },
  run: (team: SyncedTeam) => Promise<void>,
): Promise<void> {
  const { pageSize = 1_000, wrapClient = (client) => client, openRuns, ...simulated } = options;
  const settings = { listingPageMaximum: pageSize, ...simulated.settings };
  const { db, url, drop } = await testDatabase();
  try {
    await withTeam({ ...simulated, settings }, async (team) => {
      const connectionId = await connect({ db, team });
      await run(syncedTeam({ db, url, team, connectionId, wrapClient, ...(openRuns ? { openRuns } : {}) }));
    });
  } finally {
    await drop();
  }
}

async function connect({ db, team }: { db: Database; team: SimulatedTeam }): Promise<string> {
  const { admin } = await team.client.authenticatedAdmin();
  const id = newId('con');
  await db.insert(connections).values({
    id,
    slug: 'corp',
    name: 'Corp',
    teamId: team.grant.teamId ?? '',
    teamName: 'Corp',
    adminMemberId: admin.teamMemberId,
    adminEmail: admin.email,
    scopes: [...(team.grant.scopes ?? [])],
  });
  await db.insert(connectionSettings).values({
    connectionId: id,
    version: 1,
    settings: defaultSettings({ dormantAfter: 'P60D' }),
    actor: 'test',
  });
  return id;
}

async function* nothing(): AsyncGenerator<string> {}

function syncedTeam({
  db,
  url,
  team: { simulator, client, grant },
  connectionId,
  wrapClient,
  openRuns = nothing,
}: {
  db: Database;
  url: string;
  team: SimulatedTeam;
  connectionId: string;
  wrapClient: (client: DropboxClient) => DropboxClient;
  openRuns?: (slug: string) => AsyncIterable<string>;
}): SyncedTeam {
  const events: string[] = [];
  const heartbeats: Heartbeat[] = [];
  const wrapped = wrapClient(client);
  const activities = createTeamSyncActivities({
    db,
    dropboxFor: async (id) => {
      assert.equal(id, connectionId);
      return wrapped;
    },
    openRuns,
    emailHoldMs: HOLD_MS,
    log: ({ event }) => events.push(event),
  });
  const attempt: SyncedTeam['attempt'] = (activity) => {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    environment.on('heartbeat', (details: Heartbeat) => heartbeats.push({ ...details }));
    return environment.run(activity);
  };
  const begin = async (): Promise<string> => {
    // Dropbox's clock counts whole seconds: two listings within one could not be told apart.
    simulator.advanceClock(2_000);
    const begun = await activities.beginSync({ connectionId, workflowId: 'sync', runId: newId('sync') });
    assert.ok('syncId' in begun, JSON.stringify(begun));
    return begun.syncId;
  };
  return {
    simulator,
    client,
    db,
    url,
    accessToken: grant.accessToken,
    connectionId,
    activities,
    events,
    heartbeats,
    begin,
    attempt,
    sync: async () => {
      const syncId = await begin();
      const listed = await attempt(() => activities.listMembers({ syncId }));
      const { events, unknownTypes } = await attempt(() => activities.readActivity({ syncId }));
      const { sessions } = await attempt(() => activities.readDevices({ syncId }));
      await attempt(() => activities.countLicences({ syncId }));
      const report = await attempt(() => activities.compareMembers({ syncId }));
      assert.deepEqual({ members: report.members, pages: report.pages }, listed);
      const confirmed =
        report.missing > 0 ? await attempt(() => activities.confirmMissing({ syncId })) : { gone: 0 };
      const { woken } = await attempt(() => activities.restartSeats({ syncId }));
      const whole = { ...report, seatsWoken: report.seatsWoken + woken, events, unknownTypes, sessions };
      await attempt(() => activities.finishSync({ syncId, report: whole }));
      return { ...whole, ...confirmed };
    },
    listUntilItFails: async (syncId) => {
      for (let attempts = 1; attempts <= 50; attempts += 1) {
        const failure = await attempt(() => activities.listMembers({ syncId })).then(
          () => assert.fail('the listing succeeded'),
          (error: unknown) => error,
        );
        if (!(failure instanceof ApplicationFailure) || failure.nonRetryable !== true) continue;
        const code = failure.type ?? '';
        const tag = (failure.details?.[0] as { tag?: string } | undefined)?.tag;
        await activities.failSync({ syncId, code, ...(tag === undefined ? {} : { tag }) });
        return { code, attempts };
      }
      return assert.fail('the listing never gave up');
    },
    syncRow: async (syncId) => {
      const [row] = await db
        .select()
        .from(syncs)
        .where(syncId === undefined ? undefined : eq(syncs.id, syncId))
        .orderBy(desc(syncs.startedAt));
      assert.ok(row);
      return row;
    },
    roster: () => db.select().from(members).orderBy(members.teamMemberId),
    staged: async () => {
      const { rows } = await db.execute<{ n: number }>(sql`select count(*)::int as n from staged_members`);
      return rows[0]?.n ?? 0;
    },
    calls: (route) => simulator.ledger.calls({ route }).length,
  };
}
