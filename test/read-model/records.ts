/** Rows as commands and activities leave them, for reads to find. */
import type { members, people, seats } from '../../drizzle/schema.ts';
import * as schema from '../../drizzle/schema.ts';
import type { PersonSlice } from '../../src/domain/fact.ts';
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
