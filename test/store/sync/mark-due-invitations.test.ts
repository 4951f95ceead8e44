import assert from 'node:assert/strict';
import { connections, intents, outbox } from '../../../drizzle/schema.ts';
import { defaultSettings, type Settings } from '../../../src/domain/settings.ts';
import { invitationDue } from '../../../src/store/due-invitations.ts';
import { restartSeats } from '../../../src/store/sync/restart-seats.ts';
import { inTransaction } from '../../../src/store/transaction.ts';
import { listed, planOf, type RecordedTeam, recordedTeam } from './recorded-team.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const { provision, invitation } = defaultSettings({ dormantAfter: 'P60D' });
const ON = { ...provision, enabled: true };

describe('what a sync finds due for invitations', () => {
  let team: RecordedTeam;
  const invited = new Map<string, Date | null>();
  beforeEach(async () => {
    invited.clear();
    team = await recordedTeam();
    await team.changeSettings({ provision: ON });
  });
  afterEach(() => team.drop());

  type Row = Parameters<RecordedTeam['putSeat']>[1];
  /** Invited so many days ago; null where Dropbox does not say. */
  const put = async (id: string, days: number | null, row: Row = {}): Promise<string> => {
    invited.set(id, days === null ? null : daysAgo(days));
    return team.putSeat(id, { state: 'invited', memberStatus: 'invited', ...row });
  };
  const intent = (seatId: string, action: 'add' | 'remind', days: number, more = {}) =>
    team.db.insert(intents).values({
      seatId,
      action,
      planVersion: 1,
      settingsVersion: 3,
      choices: {},
      outcome: 'applied',
      startedAt: daysAgo(days),
      endedAt: daysAgo(days),
      ...more,
    });
  /** Every lifecycle is open, so nobody is woken but for an invitation. */
  const restart = async (syncId: string): Promise<string[]> => {
    await restartSeats({
      db: team.db,
      syncId,
      openRuns: async function* () {
        for (const id of invited.keys()) yield `user-lifecycle/corp/P-${id}`;
      },
    });
    const told = await team.takeOutbox();
    const due = await Promise.all(
      [...invited.keys()].map(async (id) => [id, (await team.seat(id)).invitationDue] as const),
    );
    const marked = due.filter(([, what]) => what !== null);
    assert.deepEqual(told, marked.map(([id]) => `seat seat_${id}`).sort());
    return marked.map(([id, what]) => `${what} ${id}`).sort();
  };
  const sync = async (): Promise<string[]> => {
    const members = [...invited].map(([id, invitedAt]) => listed(id, { status: 'invited', invitedAt }));
    const { syncId } = await team.compare(1, members);
    await team.db.delete(outbox);
    return restart(syncId);
  };
  const settings = (change: Partial<Settings>) => team.changeSettings({ provision: ON, ...change });

  it('is a reminder of those that are old enough, by the date that Dropbox gives', async () => {
    await put('young', 2);
    await put('old', 4);
    const seatId = await put('later', 1);
    await intent(seatId, 'add', 9);
    assert.deepEqual(await sync(), ['remind old']);
  });

  it('goes by our own call where Dropbox gives no date', async () => {
    await intent(await put('old', null), 'add', 4);
    await intent(await put('young', null), 'add', 2);
    await put('unknown', null);
    assert.deepEqual(await sync(), ['remind old']);
  });

  it('is a second reminder a while after the first, and never a third', async () => {
    const [soon, again, enough] = [await put('soon', 9), await put('again', 9), await put('enough', 20)];
    for (const seatId of [soon, again, enough]) await intent(seatId, 'add', 20);
    await intent(soon, 'remind', 2);
    await intent(again, 'remind', 4);
    await intent(enough, 'remind', 12);
    await intent(enough, 'remind', 8);
    assert.deepEqual(await sync(), ['remind again']);
  });

  it('counts from the last invitation, and counts no reminder that Dropbox refused', async () => {
    const anew = await put('anew', 4);
    for (const days of [30, 28]) await intent(anew, 'remind', days);
    await intent(anew, 'add', 4);
    const refused = await put('refused', 9);
    await intent(refused, 'add', 9);
    for (const days of [5, 4]) await intent(refused, 'remind', days, { outcome: 'refused' });
    assert.deepEqual(await sync(), ['remind anew', 'remind refused']);
  });

  it('is nothing for those who are not wanted, ask for attention, or have a call under way', async () => {
    await put('leaver', 9, { wanted: 'none' });
    await put('suspended', 9, { wanted: 'suspended' });
    await put('dated', 9, { plan: planOf('member', new Date(Date.now() - 1_000)) });
    await put('asks', 9, { attention: { code: 'refused', since: daysAgo(1).toISOString() } });
    await intent(await put('open', 9), 'add', 9, { outcome: null, endedAt: null });
    assert.deepEqual(await sync(), ['remind dated']);
  });

  it('is nothing where provisioning is off, where it is silent, and where there are no reminders', async () => {
    await put('old', 9);
    for (const change of [
      { provision },
      { provision: { ...ON, silent: true } },
      { invitation: { ...invitation, reminders: 0 } },
    ]) {
      await settings(change);
      assert.deepEqual(await sync(), [], JSON.stringify(change));
      await team.db.execute(`update syncs set status = 'succeeded', finished_at = now()`);
      await team.db.execute(`delete from staged_members`);
    }
  });

  it('is the end of those that are too old, where the settings cancel them, silent ones too', async () => {
    await put('ancient', 31);
    await put('old', 29);
    await settings({ invitation: { ...invitation, onExpiry: 'cancel' }, provision: { ...ON, silent: true } });
    assert.deepEqual(await sync(), ['expire ancient']);
  });

  it('is no end where the settings keep them', async () => {
    await intent(await put('ancient', 99), 'remind', 40);
    await intent('seat_ancient', 'remind', 39);
    assert.deepEqual(await sync(), []);
  });

  it('is nothing when the listing is not complete', async () => {
    await put('old', 9);
    const { syncId } = await team.compare(1, [listed('old', { status: 'invited', invitedAt: daysAgo(9) })]);
    await team.db.execute(`update syncs set status = 'failed', finished_at = now() where id = '${syncId}'`);
    assert.deepEqual(await restart(await team.begin()), []);
  });

  it('is judged again before it is done', async () => {
    const seatId = await put('old', 9);
    assert.deepEqual(await sync(), ['remind old']);
    const due = () => inTransaction(team.db, (tx) => invitationDue({ tx, seatId }));
    assert.equal(await due(), 'remind');
    await intent(seatId, 'remind', 0);
    assert.equal(await due(), null);
    await settings({ invitation: { ...invitation, onExpiry: 'cancel', expireAfter: 'P8D' } });
    assert.equal(await due(), 'expire');
    await team.db.update(connections).set({ status: 'broken' });
    assert.equal(await due(), null);
  });
});
