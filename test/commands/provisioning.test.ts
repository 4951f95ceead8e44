/** The settings of a connection. */
import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { outbox, seats } from '../../drizzle/schema.ts';
import { putAssignments } from '../../src/commands/assignments.ts';
import { putSettings } from '../../src/commands/provisioning.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { ACTING, joiner } from '../support/rig.ts';
import { type ConnectedDatabase, connectedDatabase } from './connected-database.ts';

const isRefused = (code: string) => (error: unknown) =>
  error instanceof CommandRefusal && error.code === code;

describe('settings', () => {
  let team: ConnectedDatabase;
  before(async () => {
    team = await connectedDatabase();
  });
  after(() => team.drop());

  const put = (settings: Settings, of = team) =>
    putSettings({ db: of.db, keyring: of.keyring, connectionId: of.connectionId, settings, actor: 'test' });

  it('get a version by a change, and none by repetition', async () => {
    assert.deepEqual(await put(ACTING), { version: 1 });
    const silent = { ...ACTING, provision: { enabled: true, silent: true } };
    assert.deepEqual(await put(silent), { version: 2 });
    assert.deepEqual(await put(silent), { version: 2 });
    const versions = await Promise.all([put(ACTING), put(silent), put(ACTING), put(silent)]);
    assert.ok(versions.every(({ version }) => version >= 2 && version <= 6));
  });

  it('that Dropbox would refuse are refused', async () => {
    const deprovision = { ...ACTING.deprovision, keepAccount: true, wipe: true };
    await assert.rejects(put({ ...ACTING, deprovision }), isRefused('settings_conflict'));
  });

  it('cannot act with read access only', async () => {
    const reading = await connectedDatabase(['members.read']);
    try {
      const silent = { ...ACTING, provision: { enabled: true, silent: true } };
      await assert.rejects(put(silent, reading), isRefused('scope_missing'));
    } finally {
      await reading.drop();
    }
  });

  it('wake only the seats that they stopped', async () => {
    const { db, connectionId } = team;
    const assignments = { everyone: true, groups: [], people: [] };
    await putAssignments({ db, connectionId, assignments, actor: 'test', now: new Date() });
    await team.send([joiner('W1'), joiner('W2')]);
    await db.update(seats).set({ state: 'active', judgedPlan: 1, judgedSettings: 1 });
    const skipped = { action: 'suspend', planVersion: 1, at: new Date().toISOString() } as const;
    await db.update(seats).set({ skipped }).where(eq(seats.personId, 'W2'));
    await db.delete(outbox);
    await put({ ...ACTING, suspend: { enabled: true, wipe: false } });
    const [stopped] = await db.select().from(seats).where(eq(seats.personId, 'W2'));
    assert.deepEqual(
      (await db.select().from(outbox)).map(({ subjectId }) => subjectId),
      [stopped?.id],
    );
  });
});
