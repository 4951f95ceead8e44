import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import type { Desired } from '../../src/domain/plan.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { findConnection, listConnections } from '../../src/read-model/connections.ts';
import { findLicences } from '../../src/read-model/licences.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import {
  addActivity,
  addActivityLog,
  addConnection,
  addLicences,
  addMember,
  addPerson,
  addSeat,
  addSettings,
  daysAgo,
} from './records.ts';

const day = (days: number): string => daysAgo(-days).toISOString().slice(0, 10);

describe('licences', () => {
  let database: TestDatabase;
  let connectionId: string;
  beforeEach(async () => {
    database = await testDatabase();
    connectionId = await addConnection({ db: database.db });
    const { provision, deprovision } = defaultSettings({ dormantAfter: 'P60D' });
    await addSettings({
      db: database.db,
      connectionId,
      settings: {
        provision: { ...provision, enabled: true },
        deprovision: { ...deprovision, enabled: true },
      },
    });
  });
  afterEach(() => database.drop());

  const find = (range: { from?: string; to?: string } = {}) =>
    findLicences({ db: database.db, connectionId, now: new Date(), ...range });

  async function team({ dormant, suspended }: { dormant: number; suspended: number }): Promise<void> {
    const { db } = database;
    const member = (name: string, more: Partial<Parameters<typeof addMember>[0]> = {}) =>
      addMember({ db, connectionId, teamMemberId: `dbmid:${name}`, joinedAt: daysAgo(400), ...more });
    await member('busy');
    await addActivity({ db, connectionId, teamMemberId: 'dbmid:busy', lastActivityAt: daysAgo(2) });
    await member('invited', { status: 'invited' });
    await member('removed', { status: 'removed' });
    for (let i = 0; i < dormant; i++) await member(`idle${i}`);
    for (let i = 0; i < suspended; i++) await member(`suspended${i}`, { status: 'suspended' });
  }

  it('are null until a sync has counted them, with the reason', async () => {
    const { purchased, used, wasted, takenAt, history, forecast, problem } = await find();
    assert.deepEqual([purchased, used, wasted, takenAt, history, forecast], [null, null, null, null, [], []]);
    assert.equal(problem?.code, 'licences_not_counted');
    const connection = await findConnection({ db: database.db, id: connectionId, now: new Date() });
    assert.deepEqual([connection?.licences, connection?.dormant], [null, null]);
  });

  it('are wasted on dormant and on suspended members', async () => {
    const { db } = database;
    await team({ dormant: 3, suspended: 2 });
    await addActivityLog({ db, connectionId });
    const takenAt = new Date('2026-11-22T09:00:00.000Z');
    await addLicences({ db, connectionId, date: day(-1), used: 1 });
    await addLicences({ db, connectionId, date: day(0), purchased: 20, provisioned: 8, used: 7, takenAt });
    const { history: _, forecast: __, ...licences } = await find();
    const figures = { purchased: 20, provisioned: 8, used: 7, available: 13, wasted: 5 };
    const counted = { ...figures, takenAt: takenAt.toISOString() };
    assert.deepEqual(licences, { ...counted, suspended: 2, dormant: 3 });
    const { items } = await listConnections({ db, cursor: undefined, limit: 10, now: new Date() });
    assert.deepEqual(
      items.map((shown) => [shown.licences, shown.dormant]),
      [[counted, 3]],
    );
  });

  it('count suspended members only while activity is not known, and say why', async () => {
    const { db } = database;
    await team({ dormant: 3, suspended: 2 });
    const why = { code: 'scope_missing', detail: 'It may not.', nextStep: 'Reconnect.' };
    await addActivityLog({ db, connectionId, coveredThrough: null, problem: why });
    await addLicences({ db, connectionId, date: day(0) });
    const { wasted, dormant, problem } = await find();
    assert.deepEqual([wasted, dormant, problem], [2, null, why]);
  });

  it('are available below zero when more are used than were bought', async () => {
    await addLicences({ db: database.db, connectionId, date: day(0), purchased: 5, used: 8 });
    assert.equal((await find()).available, -3);
  });

  it('have a history of ninety days, or of the days that are asked for', async () => {
    const { db } = database;
    for (const days of [-200, -90, -89, -1, 0]) {
      await addLicences({ db, connectionId, date: day(days), purchased: 100 - days, used: 50 });
    }
    const other = await addConnection({ db, slug: 'other' });
    await addLicences({ db, connectionId: other, date: day(-5) });
    const dates = async (range: { from?: string; to?: string }) =>
      (await find(range)).history.map(({ date }) => date);
    assert.deepEqual(await dates({}), [day(-89), day(-1), day(0)]);
    assert.deepEqual(await dates({ from: day(-90), to: day(-2) }), [day(-90), day(-89)]);
    assert.deepEqual(await dates({ to: day(-150) }), [day(-200)]);
    assert.deepEqual(await dates({ from: day(1), to: day(-1) }), []);
    assert.deepEqual((await find({ from: day(-1), to: day(-1) })).history, [
      { date: day(-1), purchased: 101, used: 50 },
    ]);
  });

  it('are forecast from the plans of the seats', async () => {
    const { db } = database;
    const seat = async (personId: string, plan: [days: number, desired: Desired][], there: boolean) => {
      await addPerson({ db, externalId: personId });
      const steps = plan.map(([days, desired]) => ({
        at: daysAgo(-days).toISOString(),
        desired,
        profileRevision: desired === 'none' ? null : 1,
        cause: null,
      }));
      const memberStatus = there ? ('active' as const) : null;
      await addSeat({ db, connectionId, personId, plan: { version: 1, steps }, memberStatus });
    };
    await addLicences({ db, connectionId, date: day(0), used: 50 });
    await seat('stays', [[-9, 'member']], true);
    await seat('joins', [[7, 'member']], false);
    await seat('due', [[-1, 'member']], false);
    await seat(
      'leaves',
      [
        [-9, 'member'],
        [20, 'none'],
      ],
      true,
    );
    await seat('adopted', [[8, 'member']], false);
    await db.execute(sql`insert into profile_revisions (person_id, revision, email)
      values ('adopted', 1, 'Old.Hand@corp.example')`);
    const email = 'old.hand@corp.example';
    await addMember({ db, connectionId, teamMemberId: 'dbmid:old', email });
    await seat('next year', [[300, 'member']], false);
    const { forecast } = await find();
    assert.equal(forecast.length, 90);
    assert.deepEqual([forecast[0]?.date, forecast[89]?.date], [day(1), day(90)]);
    const used = (days: number) => forecast[days - 1]?.used;
    assert.deepEqual([used(1), used(6), used(7), used(19), used(20), used(90)], [51, 51, 52, 52, 51, 51]);
  });
});
