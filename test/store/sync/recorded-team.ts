/** A connection in a database of its own, and listings that are handed in page by page, without Dropbox. */
import assert from 'node:assert/strict';
import { eq, sql } from 'drizzle-orm';
import {
  connectionSettings,
  connections,
  emailClaims,
  members,
  outbox,
  people,
  seats,
  syncs,
} from '../../../drizzle/schema.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { defaultSettings, type Settings } from '../../../src/domain/settings.ts';
import { newId } from '../../../src/store/ids.ts';
import { beginSync } from '../../../src/store/sync/begin-sync.ts';
import { commitPage } from '../../../src/store/sync/commit-page.ts';
import { type Comparison, compareMembers } from '../../../src/store/sync/compare-members.ts';
import { closeAsSucceeded } from '../../../src/store/sync/end-sync.ts';
import type { StagedMember } from '../../../src/store/sync/staged-member.ts';
import { testDatabase } from '../../support/postgres.ts';

export const ADMIN = 'dbmid:admin';
export const HOLD_MS = 7 * 86_400_000;
/** Dropbox's clock: minutes after an arbitrary noon. */
export const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 12, minute));

export const listed = (id: string, more: Partial<StagedMember> = {}): StagedMember => ({
  teamMemberId: `dbmid:${id}`,
  externalId: null,
  email: `${id}@corp.example`,
  name: id,
  status: 'active',
  recoverable: null,
  role: 'member',
  joinedAt: null,
  invitedAt: null,
  suspendedAt: null,
  ...more,
});

type SeatRow = Partial<typeof seats.$inferInsert> & { wanted?: 'member' | 'suspended' | 'none' };

export const planOf = (desired: 'member' | 'suspended' | 'none', from = at(-9_999)): Plan => ({
  version: 1,
  steps: [{ at: from.toISOString(), desired, profileRevision: desired === 'none' ? null : 1, cause: null }],
});

export type RecordedTeam = Awaited<ReturnType<typeof recordedTeam>>;

export async function recordedTeam() {
  const { db, drop } = await testDatabase();
  const connectionId = newId('con');
  const settings = defaultSettings({ dormantAfter: 'P60D' });
  await db.insert(connections).values({
    id: connectionId,
    slug: 'corp',
    name: 'Corp',
    teamId: 'dbtid:1',
    teamName: 'Corp',
    adminMemberId: ADMIN,
    adminEmail: 'admin@corp.example',
    scopes: [],
    settingsVersion: 3,
  });
  const changeSettings = (change: Partial<Settings>) =>
    db
      .insert(connectionSettings)
      .values({ connectionId, version: 3, settings: { ...settings, ...change }, actor: 'test' })
      .onConflictDoUpdate({
        target: [connectionSettings.connectionId, connectionSettings.version],
        set: { settings: { ...settings, ...change } },
      });
  await changeSettings({});

  const begin = async (): Promise<string> => {
    const begun = await beginSync({ db, connectionId, workflowId: 'sync', runId: newId('sync') });
    assert.ok('syncId' in begun);
    return begun.syncId;
  };
  /** Lists everybody on one page that was asked for at `minute`, and compares. The run stays open. */
  const compare = async (minute: number, team: StagedMember[]): Promise<Comparison & { syncId: string }> => {
    const syncId = await begin();
    const page = { askedWith: null, cursor: 'c1', hasMore: false, fetchedAt: at(minute) };
    const all = [listed('admin'), ...team];
    const committed = await commitPage({ db, syncId, page: { ...page, members: all } });
    assert.equal(committed.outcome, 'committed');
    return { syncId, ...(await compareMembers({ db, syncId, emailHoldMs: HOLD_MS })) };
  };
  return {
    db,
    drop,
    connectionId,
    changeSettings,
    begin,
    compare,
    sync: async (minute: number, team: StagedMember[]): Promise<Comparison> => {
      const { syncId, ...comparison } = await compare(minute, team);
      await closeAsSucceeded({ db, syncId, report: comparison });
      return comparison;
    },
    member: async (id: string) => {
      const [row] = await db
        .select()
        .from(members)
        .where(eq(members.teamMemberId, `dbmid:${id}`));
      assert.ok(row, `no member ${id}`);
      return row;
    },
    /** A managed member `id`, as the lifecycle left it at minute 0. */
    putSeat: async (id: string, { wanted = 'member', ...row }: SeatRow = {}): Promise<string> => {
      const personId = `P-${id}`;
      await db.insert(people).values({ externalId: personId, ref: personId, slices: [] });
      await db.insert(seats).values({
        id: `seat_${id}`,
        connectionId,
        personId,
        workflowId: `user-lifecycle/corp/${personId}`,
        plan: planOf(wanted),
        planVersion: 1,
        judgedPlan: 1,
        judgedSettings: 3,
        state: 'active',
        memberStatus: 'active',
        teamMemberId: `dbmid:${id}`,
        readBackAt: at(0),
        ...row,
      });
      return `seat_${id}`;
    },
    seat: async (id: string) => {
      const [row] = await db
        .select()
        .from(seats)
        .where(eq(seats.id, `seat_${id}`));
      assert.ok(row, `no seat ${id}`);
      return row;
    },
    claims: () => db.select().from(emailClaims).orderBy(emailClaims.emailKey),
    /** Seats that Temporal is to be told about, and forgets them. */
    takeOutbox: async (): Promise<string[]> => {
      const rows = await db.delete(outbox).returning();
      return rows.map((row) => `${row.kind} ${row.subjectId}`).sort();
    },
    syncRow: async (syncId: string) => {
      const [row] = await db.select().from(syncs).where(eq(syncs.id, syncId));
      assert.ok(row);
      return row;
    },
    staged: async (): Promise<number> => {
      const { rows } = await db.execute<{ n: number }>(sql`select count(*)::int as n from staged_members`);
      return rows[0]?.n ?? 0;
    },
  };
}
