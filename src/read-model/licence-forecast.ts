/**
 * How many licences will be used, from what is planned for every seat: whoever joins takes one, whoever is removed
 * gives one back on the day (the hold keeps the address, not the licence). Only actions that are enabled count.
 */
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { connectionSettings, connections, seats } from '../../drizzle/schema.ts';
import type { PlanStep } from '../domain/plan.ts';
import type { MemberStatus } from '../domain/seat.ts';
import type { Settings } from '../domain/settings.ts';
import type { Reader } from './reader.ts';
import { DAY_MS, dayOf } from './times.ts';

/** `used` at the end of the day (UTC). */
export type ForecastDay = { date: string; used: number };

const FORECAST_DAYS = 90;
/** Read in pieces, so that memory does not grow with the team. */
const CHUNK = 5_000;

type Switches = { provision: boolean; suspend: boolean; deprovision: boolean };
type PlannedSeat = {
  steps: readonly PlanStep[];
  memberStatus: MemberStatus | null;
  /** Somebody has this address already: the seat will adopt that member. */
  adopts: boolean;
  /** The present step waits for a person's decision. */
  blocked: boolean;
};

type Place = 'none' | 'invited' | 'member';

function placeNow({ memberStatus, adopts }: PlannedSeat): Place {
  switch (memberStatus) {
    case 'invited':
      return 'invited';
    case 'active':
    case 'suspended':
      return 'member';
    case 'unknown':
    case 'removed':
    case null:
      return adopts ? 'member' : 'none';
    default:
      return memberStatus satisfies never;
  }
}

function placeAfter({ place, step, enabled }: { place: Place; step: PlanStep; enabled: Switches }): Place {
  switch (step.desired) {
    case 'member':
      return place === 'none' && enabled.provision ? 'member' : place;
    case 'suspended':
      // An invited member cannot be suspended: the invitation is cancelled.
      return place === 'invited' && enabled.suspend ? 'none' : place;
    case 'none':
      return enabled.deprovision ? 'none' : place;
    default:
      return step.desired satisfies never;
  }
}

/** Licences that this seat takes (+1) or gives back (−1), by the time at which it does. */
export function licenceChanges({
  seat,
  enabled,
  nowMs,
}: {
  seat: PlannedSeat;
  enabled: Switches;
  nowMs: number;
}): { atMs: number; change: 1 | -1 }[] {
  const present = Math.max(
    0,
    seat.steps.findLastIndex(({ at }) => Date.parse(at) <= nowMs),
  );
  const changes: { atMs: number; change: 1 | -1 }[] = [];
  let place = placeNow(seat);
  for (const [i, step] of seat.steps.slice(present).entries()) {
    const atMs = Math.max(nowMs, Date.parse(step.at));
    if (i === 0 && seat.blocked && Date.parse(step.at) <= nowMs) continue;
    const next = placeAfter({ place, step, enabled });
    if (place === 'none' && next !== 'none') changes.push({ atMs, change: 1 });
    if (place !== 'none' && next === 'none') changes.push({ atMs, change: -1 });
    place = next;
  }
  return changes;
}

/**
 * @param used the last count, from which the forecast sets out
 * @returns one item for each of the next 90 days, beginning tomorrow
 */
export async function forecastLicences({
  db,
  connectionId,
  used,
  now,
}: {
  db: Reader;
  connectionId: string;
  used: number;
  now: Date;
}): Promise<ForecastDay[]> {
  const nowMs = now.getTime();
  const enabled = await switchesOf({ db, connectionId });
  const tomorrow = dayOf(nowMs + DAY_MS);
  const changeByDay = new Map<string, number>();
  for await (const seat of seatsThatWillChange({ db, connectionId, now })) {
    for (const { atMs, change } of licenceChanges({ seat, enabled, nowMs })) {
      const day = dayOf(atMs);
      // What is due today shows from tomorrow on.
      const shown = day < tomorrow ? tomorrow : day;
      changeByDay.set(shown, (changeByDay.get(shown) ?? 0) + change);
    }
  }
  let running = used;
  return Array.from({ length: FORECAST_DAYS }, (_, i) => {
    const date = dayOf(nowMs + (i + 1) * DAY_MS);
    running += changeByDay.get(date) ?? 0;
    return { date, used: running };
  });
}

async function switchesOf({ db, connectionId }: { db: Reader; connectionId: string }): Promise<Switches> {
  const [row] = await db
    .select({ settings: connectionSettings.settings })
    .from(connectionSettings)
    .innerJoin(
      connections,
      and(
        eq(connections.id, connectionSettings.connectionId),
        eq(connections.settingsVersion, connectionSettings.version),
      ),
    )
    .where(eq(connections.id, connectionId));
  const on = (settings: Settings | undefined): Switches => ({
    provision: settings?.provision.enabled ?? false,
    suspend: settings?.suspend.enabled ?? false,
    deprovision: settings?.deprovision.enabled ?? false,
  });
  return on(row?.settings);
}

/** Seats with a step to come, and seats that are not yet as their last step wants them. */
async function* seatsThatWillChange({
  db,
  connectionId,
  now,
}: {
  db: Reader;
  connectionId: string;
  now: Date;
}): AsyncGenerator<PlannedSeat> {
  const last = sql`${seats.plan}->'steps'->-1`;
  const isThere = sql`coalesce(${seats.memberStatus} in ('invited', 'active', 'suspended'), false)`;
  let after = '';
  for (;;) {
    const rows = await db
      .select({
        id: seats.id,
        plan: seats.plan,
        memberStatus: seats.memberStatus,
        waiting: seats.waiting,
        attention: seats.attention,
        // Written out: drizzle leaves the tables' names away where it selects from one only.
        adopts: sql<boolean>`exists (
          select from profile_revisions r
          join members m on m.connection_id = seats.connection_id and m.email_key = lower(r.email)
          where r.person_id = seats.person_id and m.status in ('invited', 'active', 'suspended')
            and r.revision = (select max((step->>'profileRevision')::int)
              from jsonb_array_elements(seats.plan->'steps') step))`,
      })
      .from(seats)
      .where(
        and(
          eq(seats.connectionId, connectionId),
          gt(seats.id, after),
          sql`((${last}->>'at')::timestamptz > ${now.toISOString()}
            or ${isThere} <> (${last}->>'desired' <> 'none')
            or (${seats.memberStatus} = 'invited' and ${last}->>'desired' = 'suspended'))`,
        ),
      )
      .orderBy(asc(seats.id))
      .limit(CHUNK);
    for (const { plan, memberStatus, waiting, attention, adopts } of rows) {
      const blocked = attention !== null || waiting?.kind === 'brake' || waiting?.kind === 'person';
      yield { steps: plan.steps, memberStatus, adopts, blocked };
    }
    const end = rows.at(-1);
    if (end === undefined || rows.length < CHUNK) return;
    after = end.id;
  }
}
