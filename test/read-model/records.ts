/** Rows as commands and activities leave them, for reads to find. */
import type { members, people, seats } from '../../drizzle/schema.ts';
import * as schema from '../../drizzle/schema.ts';
import type { ActivitySource } from '../../src/domain/activity.ts';
import type { PersonSlice } from '../../src/domain/fact.ts';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import type { Database } from '../../src/store/database.ts';

export const AT = new Date('2026-11-22T09:00:00.000Z');
export const later = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);

export const slice = (more: Partial<PersonSlice> = {}): PersonSlice => ({
  from: AT.toISOString(),
  state: 'active',
  email: null,
  givenName: null,
  surname: null,
  managerExternalId: null,
  timeZone: null,
  groups: [],
  stateFrom: null,
  cause: null,
  ...more,
});

export async function addConnection({ db, slug = 'corp' }: { db: Database; slug?: string }): Promise<string> {
  const id = `con_${slug}`;
  await db.insert(schema.connections).values({
    id,
    slug,
    name: slug,
    teamId: `dbtid:${slug}`,
    teamName: 'Corp',
    adminMemberId: 'dbmid:admin',
    adminEmail: 'admin@corp.example',
    scopes: ['members.read'],
    createdAt: AT,
  });
  return id;
}

export async function addPerson({
  db,
  externalId,
  slices = [slice()],
}: {
  db: Database;
  externalId: string;
  slices?: (typeof people.$inferInsert)['slices'];
}): Promise<void> {
  await db.insert(schema.people).values({ externalId, ref: externalId, slices });
}

export async function addSeat({
  db,
  connectionId,
  personId,
  ...more
}: { db: Database; connectionId: string; personId: string } & Partial<
  typeof seats.$inferInsert
>): Promise<string> {
  const id = `seat_${personId}_${connectionId}`;
  const step = { at: AT.toISOString(), desired: 'member' as const, profileRevision: 1, cause: null };
  await db.insert(schema.seats).values({
    id,
    connectionId,
    personId,
    workflowId: `user-lifecycle/${connectionId}/${personId}`,
    plan: { version: 1, steps: [step] },
    planVersion: 1,
    ...more,
  });
  return id;
}

export async function addMember({
  db,
  connectionId,
  teamMemberId,
  ...more
}: {
  db: Database;
  connectionId: string;
  teamMemberId: string;
} & Partial<typeof members.$inferInsert>): Promise<void> {
  const email = more.email ?? `${teamMemberId.replace(':', '.')}@corp.example`;
  await db.insert(schema.members).values({
    connectionId,
    teamMemberId,
    email,
    emailKey: email.toLowerCase(),
    name: teamMemberId,
    status: 'active',
    role: 'member',
    seenAt: AT,
    ...more,
  });
}

/** The settings that are in force. */
export async function addSettings({
  db,
  connectionId,
  settings,
}: {
  db: Database;
  connectionId: string;
  settings: Partial<Settings>;
}): Promise<void> {
  await db.insert(schema.connectionSettings).values({
    connectionId,
    version: 1,
    settings: { ...defaultSettings({ dormantAfter: 'P60D' }), ...settings },
    actor: 'test',
  });
}

const DAY_MS = 86_400_000;
export const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** An audit log that was read from `days` ago until now, without a gap. */
export async function addActivityLog({
  db,
  connectionId,
  days = 90,
  ...more
}: { db: Database; connectionId: string; days?: number } & Partial<
  typeof schema.activityLogs.$inferInsert
>): Promise<void> {
  const log = { coveredFrom: daysAgo(days), coveredThrough: new Date(), hasFileEvents: true };
  await db.insert(schema.activityLogs).values({ connectionId, ...log, ...more });
}

export async function addActivity({
  db,
  connectionId,
  teamMemberId,
  lastActivityAt,
  source = 'audit_log/login_success',
}: {
  db: Database;
  connectionId: string;
  teamMemberId: string;
  lastActivityAt: Date;
  source?: ActivitySource;
}): Promise<void> {
  await db.insert(schema.memberActivity).values({ connectionId, teamMemberId, lastActivityAt, source });
}

export async function addLicences({
  db,
  connectionId,
  date,
  ...more
}: { db: Database; connectionId: string; date: string } & Partial<
  typeof schema.licenceSnapshots.$inferInsert
>): Promise<void> {
  const counts = { purchased: 100, provisioned: 60, used: 50, suspended: 0, dormant: 0 };
  await db.insert(schema.licenceSnapshots).values({ connectionId, date, ...counts, ...more });
}
