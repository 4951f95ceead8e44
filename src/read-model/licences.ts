/** Seats bought, used and wasted: what Dropbox counted at the last sync, and what the members say since. */
import { and, asc, desc, eq, gte, inArray, lte, sql } from 'drizzle-orm';
import {
  activityLogs,
  licenceSnapshots,
  memberDormancy,
  members,
  type Problem,
} from '../../drizzle/schema.ts';
import { type ForecastDay, forecastLicences } from './licence-forecast.ts';
import type { Reader } from './reader.ts';
import { DAY_MS, dayOf, iso } from './times.ts';

export type LicenceFigures = {
  /** As Dropbox counted them at `takenAt`. */
  purchased: number;
  provisioned: number;
  used: number;
  /** `purchased` − `used`; below zero when more are used than were bought. */
  available: number;
  /** Seats of suspended members and of those who are dormant, as far as that is known. */
  wasted: number;
  takenAt: string;
};

/** The two parts of `wasted`. */
export type IdleMembers = { suspended: number /** Null: not known. */; dormant: number | null };

export type Licences = { [K in keyof LicenceFigures]: LicenceFigures[K] | null } & {
  suspended: number;
  dormant: number | null;
  history: { date: string; purchased: number; used: number }[];
  forecast: ForecastDay[];
  /** Why a figure is missing. */
  problem?: Problem;
};

/** How many seats nobody uses, of each connection. One that has no members yet is left out. */
export async function countIdle({
  db,
  connectionIds,
}: {
  db: Reader;
  connectionIds: readonly string[];
}): Promise<Map<string, IdleMembers>> {
  if (connectionIds.length === 0) return new Map();
  const [byStatus, known] = await Promise.all([
    db
      .select({
        connectionId: members.connectionId,
        active: sql<number>`(count(*) filter (where ${members.status} = 'active'))::int`,
        suspended: sql<number>`(count(*) filter (where ${members.status} = 'suspended'))::int`,
      })
      .from(members)
      .where(inArray(members.connectionId, [...connectionIds]))
      .groupBy(members.connectionId),
    // Not joined with the members, who are in the view already: that would take twice as long.
    db
      .select({
        connectionId: memberDormancy.connectionId,
        known: sql<number>`count(${memberDormancy.dormant})::int`,
        dormant: sql<number>`(count(*) filter (where ${memberDormancy.dormant}))::int`,
      })
      .from(memberDormancy)
      .where(inArray(memberDormancy.connectionId, [...connectionIds]))
      .groupBy(memberDormancy.connectionId),
  ]);
  const dormancy = new Map(known.map((row) => [row.connectionId, row]));
  return new Map(
    byStatus.map(({ connectionId, active, suspended }) => {
      const found = dormancy.get(connectionId);
      // One active member of whom it is not known would make the count a guess.
      const isKnown = found !== undefined && found.known >= active;
      return [connectionId, { suspended, dormant: isKnown ? found.dormant : null }];
    }),
  );
}

/** What was counted last, of each connection that was counted at all. */
export async function latestLicences({
  db,
  idle,
  connectionIds,
}: {
  db: Reader;
  idle: ReadonlyMap<string, IdleMembers>;
  connectionIds: readonly string[];
}): Promise<Map<string, LicenceFigures>> {
  if (connectionIds.length === 0) return new Map();
  const rows = await db
    .selectDistinctOn([licenceSnapshots.connectionId])
    .from(licenceSnapshots)
    .where(inArray(licenceSnapshots.connectionId, [...connectionIds]))
    .orderBy(licenceSnapshots.connectionId, desc(licenceSnapshots.date));
  return new Map(
    rows.map(({ connectionId, purchased, provisioned, used, takenAt }) => {
      const { suspended, dormant } = idle.get(connectionId) ?? { suspended: 0, dormant: null };
      const wasted = suspended + (dormant ?? 0);
      const figures = { purchased, provisioned, used, available: purchased - used, wasted };
      return [connectionId, { ...figures, takenAt: iso(takenAt) }];
    }),
  );
}

const NOT_COUNTED: { [K in keyof LicenceFigures]: null } = {
  purchased: null,
  provisioned: null,
  used: null,
  available: null,
  wasted: null,
  takenAt: null,
};

const HISTORY_DAYS = 90;

/** @param from,to days (UTC, YYYY-MM-DD) of the history, both included; without them the last 90 days */
export async function findLicences({
  db,
  connectionId,
  now,
  to = dayOf(now.getTime()),
  from = dayOf(Date.parse(to) - (HISTORY_DAYS - 1) * DAY_MS),
}: {
  db: Reader;
  connectionId: string;
  now: Date;
  from?: string | undefined;
  to?: string | undefined;
}): Promise<Licences> {
  const connectionIds = [connectionId];
  const [counted, history, logs] = await Promise.all([
    countIdle({ db, connectionIds }),
    db
      .select({
        date: licenceSnapshots.date,
        purchased: licenceSnapshots.purchased,
        used: licenceSnapshots.used,
      })
      .from(licenceSnapshots)
      .where(
        and(
          eq(licenceSnapshots.connectionId, connectionId),
          gte(licenceSnapshots.date, from),
          lte(licenceSnapshots.date, to),
        ),
      )
      .orderBy(asc(licenceSnapshots.date)),
    db
      .select({ problem: activityLogs.problem })
      .from(activityLogs)
      .where(eq(activityLogs.connectionId, connectionId)),
  ]);
  const figures = (await latestLicences({ db, idle: counted, connectionIds })).get(connectionId);
  const idle = counted.get(connectionId) ?? { suspended: 0, dormant: null };
  const forecast =
    figures === undefined ? [] : await forecastLicences({ db, connectionId, used: figures.used, now });
  const problem = problemOf({ figures, idle, activity: logs[0]?.problem ?? null });
  return {
    ...(figures ?? NOT_COUNTED),
    ...idle,
    history,
    forecast,
    ...(problem === null ? {} : { problem }),
  };
}

function problemOf({
  figures,
  idle,
  activity,
}: {
  figures: LicenceFigures | undefined;
  idle: IdleMembers;
  activity: Problem | null;
}): Problem | null {
  if (figures === undefined) {
    return {
      code: 'licences_not_counted',
      detail: 'No sync has counted the licences yet.',
      nextStep: 'Wait for the first sync to end, or look at the problem of the last one.',
    };
  }
  if (idle.dormant !== null) return null;
  return (
    activity ?? {
      code: 'activity_not_known',
      detail:
        'The activity of the last months has not been read completely, so nobody is called dormant yet.',
      nextStep: 'Wait for the next sync to end. Until then only suspended members count as wasted.',
    }
  );
}
