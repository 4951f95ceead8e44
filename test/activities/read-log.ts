/** Teams whose audit log holds only what a test puts there, and what was read of it. */
import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { eq } from 'drizzle-orm';
import {
  activityLogs,
  connectionSettings,
  connections,
  memberActivity,
  memberDormancy,
} from '../../drizzle/schema.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { SyncedTeam } from './synced-team.ts';

export const BEGIN = 'team_log/get_events';
export const CONTINUE = 'team_log/get_events/continue';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Only what a test records, in pages of ten. */
export const QUIET = { generatedEvents: false, generatedDevices: false, auditPageMaximum: 10 };
export const TEAM = { teamSize: 40, settings: QUIET };

/** Somebody who joined long ago, in a log without a trace of our own connecting. */
export const anyone = async ({ client, simulator }: SyncedTeam) => {
  simulator.activity.clearEvents();
  const { members } = await client.listMembers({ includeRemoved: false });
  const joinedLongAgo = (at: Date | undefined) =>
    at !== undefined && at.getTime() < Date.now() - 100 * DAY_MS;
  const found = members.find(({ status, joinedAt }) => status === 'active' && joinedLongAgo(joinedAt));
  assert.ok(found);
  return found;
};

export const logOf = async ({ db, connectionId }: SyncedTeam) => {
  const [log] = await db.select().from(activityLogs).where(eq(activityLogs.connectionId, connectionId));
  assert.ok(log);
  return log;
};

export const activityOf = async ({ db }: SyncedTeam, teamMemberId: string) => {
  const [row] = await db.select().from(memberActivity).where(eq(memberActivity.teamMemberId, teamMemberId));
  return row === undefined ? null : { at: row.lastActivityAt.getTime(), source: row.source };
};

export const dormancyOf = async ({ db }: SyncedTeam) => {
  const rows = await db.select().from(memberDormancy);
  const counted = { true: 0, false: 0, null: 0 };
  for (const { dormant } of rows) counted[`${dormant}`] += 1;
  return counted;
};

const STARTED_MS = Date.now();
/** Whole seconds, as Dropbox counts. */
export const ago = (ms: number) => Math.floor((STARTED_MS - ms) / 1000) * 1000;

/** Ten file events an hour, by the same person, from the oldest on. */
export const record = ({ simulator }: SyncedTeam, teamMemberId: string, count: number, more: object = {}) =>
  simulator.activity.addEvents({
    events: Array.from({ length: count }, (_, i) => ({
      type: 'file_edit',
      teamMemberId,
      at: ago(50 * DAY_MS - (i * HOUR_MS) / 10),
      ...more,
    })),
  });

export const setThreshold = async ({ db, connectionId }: SyncedTeam, dormantAfter: string) => {
  await db
    .insert(connectionSettings)
    .values({ connectionId, version: 2, settings: defaultSettings({ dormantAfter }), actor: 'test' });
  await db.update(connections).set({ settingsVersion: 2 }).where(eq(connections.id, connectionId));
};

export const startTimes = ({ simulator }: SyncedTeam) =>
  simulator.ledger.calls({ route: BEGIN }).map(({ body }) => {
    const { time } = body as { time: { start_time: string } };
    return Date.parse(time.start_time);
  });

export const near = (found: number | undefined, wanted: number) =>
  assert.ok(Math.abs((found ?? 0) - wanted) < 60_000, `${found} is not near ${wanted}`);

/** Runs an activity again until it succeeds, as Temporal does, without the waits. */
export async function untilItSucceeds<T>(team: SyncedTeam, activity: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await team.attempt(activity);
    } catch (error) {
      if (tries === 50 || (error instanceof ApplicationFailure && error.nonRetryable === true)) throw error;
    }
  }
}

export async function listed(team: SyncedTeam): Promise<string> {
  const syncId = await team.begin();
  await team.attempt(() => team.activities.listMembers({ syncId }));
  return syncId;
}
