import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { emailClaims, outbox } from '../../../drizzle/schema.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { restartSeats } from '../../../src/store/sync/restart-seats.ts';
import { at, planOf, type RecordedTeam, recordedTeam } from './recorded-team.ts';

const TOMORROW = new Date(Date.now() + 86_400_000);
const nobodyThere = { state: 'waiting', memberStatus: null, teamMemberId: null } as const;

describe('lifecycles that should be open', () => {
  let team: RecordedTeam;
  beforeEach(async () => {
    team = await recordedTeam();
  });
  afterEach(() => team.drop());

  const restart = async (open: string[] = []): Promise<string[]> => {
    const syncId = await team.begin();
    const slugs: string[] = [];
    const restarted = await restartSeats({
      db: team.db,
      syncId,
      openRuns: async function* (slug) {
        slugs.push(slug);
        for (const id of open) yield `user-lifecycle/corp/P-${id}`;
      },
    });
    assert.deepEqual(slugs, ['corp']);
    const told = await team.takeOutbox();
    assert.equal(restarted, told.length);
    return told.map((row) => row.replace('seat seat_', ''));
  };

  it('are started again when they have no open run', async () => {
    for (const state of [
      'provisioning',
      'invited',
      'active',
      'suspended',
      'deprovisioning',
      'held',
    ] as const) {
      await team.putSeat(state, { state, wanted: 'none' });
    }
    await team.putSeat('open');
    assert.deepEqual(await restart(['open', 'open', 'held']), [
      'active',
      'deprovisioning',
      'invited',
      'provisioning',
      'suspended',
    ]);
  });

  it('are those of seats that are wanted, wait for a date or have something to settle', async () => {
    await team.putSeat('wanted', nobodyThere);
    await team.putSeat('again', { ...nobodyThere, state: 'released' });
    await team.putSeat('dated', { ...nobodyThere, plan: planOf('member', TOMORROW) });
    await team.putSeat('unwanted', { ...nobodyThere, wanted: 'none' });
    await team.putSeat('released', { ...nobodyThere, state: 'released', wanted: 'none' });
    const seatId = await team.putSeat('claims', { ...nobodyThere, wanted: 'none' });
    const { connectionId } = team;
    await team.db
      .insert(emailClaims)
      .values({ connectionId, emailKey: 'x@corp.example', holderSeatId: seatId, state: 'owned' });
    assert.deepEqual(await restart(), ['again', 'claims', 'dated', 'wanted']);
  });

  it('are not those that ended because the settings switch the next action off', async () => {
    const skipped = { action: 'provision', planVersion: 1, at: at(0).toISOString() } as const;
    await team.putSeat('off', { ...nobodyThere, skipped });
    // Another version of the settings, which switches off the same, changes nothing.
    await team.putSeat('older', { ...nobodyThere, skipped, judgedSettings: 2 });
    await team.putSeat('replanned', { ...nobodyThere, skipped, planVersion: 2 });
    assert.deepEqual(await restart(), ['replanned']);
    await team.db.execute(sql`update syncs set status = 'succeeded', finished_at = now()`);
    const { provision } = defaultSettings({ dormantAfter: 'P60D' });
    await team.changeSettings({ provision: { ...provision, enabled: true } });
    assert.deepEqual(await restart(), ['off', 'older', 'replanned']);
  });

  it('are told again of a plan that nobody judged within ten minutes', async () => {
    const old = new Date(Date.now() - 11 * 60_000);
    await team.putSeat('lost', { planVersion: 2, updatedAt: old });
    await team.putSeat('fresh', { planVersion: 2 });
    await team.putSeat('judged', { updatedAt: old });
    assert.deepEqual(await restart(['lost', 'fresh', 'judged']), ['lost']);
  });

  it('are left to the outbox when they stand in it', async () => {
    const subjectId = await team.putSeat('ada');
    await team.db.insert(outbox).values({ kind: 'seat', subjectId });
    const syncId = await team.begin();
    const openRuns = async function* () {};
    assert.equal(await restartSeats({ db: team.db, syncId, openRuns }), 0);
  });

  it('are counted once, although the step is tried again', async () => {
    await team.putSeat('ada');
    const syncId = await team.begin();
    const openRuns = async function* () {};
    assert.equal(await restartSeats({ db: team.db, syncId, openRuns }), 1);
    await team.takeOutbox();
    assert.equal(await restartSeats({ db: team.db, syncId, openRuns }), 1);
    assert.deepEqual(await team.takeOutbox(), []);
  });

  it('are compared with more open runs than fit into one statement', async () => {
    await team.putSeat('ada');
    const many = Array.from({ length: 2_345 }, (_, i) => `other-${i}`);
    assert.deepEqual(await restart([...many, 'ada']), []);
  });
});
