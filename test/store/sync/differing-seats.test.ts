import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { intents } from '../../../drizzle/schema.ts';
import { at, listed, type RecordedTeam, recordedTeam } from './recorded-team.ts';

describe('a seat whose member is not what it was', () => {
  let team: RecordedTeam;
  beforeEach(async () => {
    team = await recordedTeam();
  });
  afterEach(() => team.drop());

  const outcome = async (id: string) => {
    const { state, memberStatus, attention, readBackAt } = await team.seat(id);
    return { state, memberStatus, attention: attention?.code ?? null, readBackAt };
  };
  const untouched = { state: 'active', memberStatus: 'active', attention: null, readBackAt: at(0) };

  it('follows a member who accepted, or is suspended or not as the plan wants it, and only these are told', async () => {
    await team.putSeat('joined', { state: 'invited', memberStatus: 'invited' });
    await team.putSeat('paused', { wanted: 'suspended' });
    await team.putSeat('back', {
      state: 'suspended',
      memberStatus: 'suspended',
      attention: { code: 'suspension_refused', since: at(0).toISOString() },
    });
    await team.putSeat('same');
    const { seatsWoken } = await team.sync(5, [
      listed('joined'),
      listed('paused', { status: 'suspended' }),
      listed('back'),
      listed('same'),
    ]);
    assert.equal(seatsWoken, 3);
    const followed = { attention: null, readBackAt: at(5) };
    assert.deepEqual(await outcome('joined'), { state: 'active', memberStatus: 'active', ...followed });
    assert.deepEqual(await outcome('paused'), { state: 'suspended', memberStatus: 'suspended', ...followed });
    assert.deepEqual(await outcome('back'), { state: 'active', memberStatus: 'active', ...followed });
    assert.deepEqual(await outcome('same'), untouched);
    assert.deepEqual(await team.takeOutbox(), ['seat seat_back', 'seat seat_joined', 'seat seat_paused']);
  });

  it('asks for attention when somebody suspended a member, or lifted a suspension, against the plan', async () => {
    await team.putSeat('paused');
    await team.putSeat('freed', { state: 'suspended', memberStatus: 'suspended', wanted: 'suspended' });
    await team.sync(5, [listed('paused', { status: 'suspended' }), listed('freed')]);
    const drifted = { attention: 'drift', readBackAt: at(5) };
    assert.deepEqual(await outcome('paused'), { state: 'suspended', memberStatus: 'suspended', ...drifted });
    assert.deepEqual(await outcome('freed'), { state: 'active', memberStatus: 'active', ...drifted });
  });

  it('asks for attention when somebody removed a member who is wanted', async () => {
    await team.putSeat('ada', { planVersion: 4, judgedPlan: 2 });
    await team.sync(5, [listed('ada', { status: 'removed', recoverable: true })]);
    const seat = await team.seat('ada');
    assert.deepEqual(seat.attention, { code: 'drift', since: at(5).toISOString() });
    assert.deepEqual([seat.state, seat.memberStatus], ['active', 'removed']);
    assert.deepEqual([seat.judgedPlan, seat.judgedSettings], [4, 3]);
    assert.deepEqual(await team.takeOutbox(), ['seat seat_ada']);
    const again = await team.sync(10, [listed('ada', { status: 'removed', recoverable: true })]);
    assert.equal(again.seatsWoken, 0);
    await team.sync(15, [listed('ada')]);
    assert.deepEqual(await outcome('ada'), { ...untouched, readBackAt: at(15) });
  });

  it('goes on without attention when the removed member is not wanted anyway', async () => {
    await team.putSeat('ada', { wanted: 'none' });
    await team.sync(5, [listed('ada', { status: 'removed', recoverable: true })]);
    assert.deepEqual(await outcome('ada'), {
      state: 'active',
      memberStatus: 'removed',
      attention: null,
      readBackAt: at(5),
    });
    assert.deepEqual(await team.takeOutbox(), ['seat seat_ada']);
  });

  it('asks for attention when somebody recovered a member whose address is held', async () => {
    await team.putSeat('ada', { state: 'held', memberStatus: 'removed', wanted: 'none' });
    await team.sync(5, [listed('ada')]);
    const { state, memberStatus, attention } = await outcome('ada');
    assert.deepEqual([state, memberStatus, attention], ['held', 'active', 'drift']);
  });

  it('judges by the step of the plan that holds now', async () => {
    const step = (minute: number, desired: 'member' | 'none') => ({
      at: new Date(Date.now() + minute * 60_000).toISOString(),
      desired,
      profileRevision: null,
      cause: null,
    });
    await team.putSeat('leaves', {
      plan: { version: 1, steps: [step(-10, 'member'), step(60, 'none')] },
    });
    await team.putSeat('left', { plan: { version: 1, steps: [step(-10, 'member'), step(-5, 'none')] } });
    const removed = { status: 'removed', recoverable: false } as const;
    await team.sync(5, [listed('leaves', removed), listed('left', removed)]);
    assert.equal((await outcome('leaves')).attention, 'drift');
    assert.equal((await outcome('left')).attention, null);
  });

  it('is left alone while a step of it is under way', async () => {
    for (const id of ['open', 'provisioning', 'deprovisioning']) await team.putSeat(id);
    await team.db.insert(intents).values({
      seatId: 'seat_open',
      action: 'remove',
      planVersion: 1,
      settingsVersion: 3,
      choices: {},
    });
    await team.db.execute(
      sql`update seats set state = substr(id, 6) where id in ('seat_provisioning', 'seat_deprovisioning')`,
    );
    const removed = { status: 'removed', recoverable: true } as const;
    const { seatsWoken } = await team.sync(5, [
      listed('open', removed),
      listed('provisioning', removed),
      listed('deprovisioning', removed),
    ]);
    assert.equal(seatsWoken, 0);
    assert.deepEqual(await outcome('open'), untouched);
    assert.deepEqual(await outcome('provisioning'), { ...untouched, state: 'provisioning' });
    assert.deepEqual(await team.takeOutbox(), []);
  });

  it('sees an intent that was written while the comparison waited for the seat', async () => {
    await team.putSeat('ada');
    const step = await team.db.$client.connect();
    try {
      await step.query('begin');
      await step.query(`select 1 from seats where id = 'seat_ada' for update`);
      const compared = team.compare(5, [listed('ada', { status: 'suspended' })]);
      await waitUntilBlocked(team);
      await step.query(
        `insert into intents (seat_id, action, plan_version, settings_version, choices)
         values ('seat_ada', 'remove', 1, 3, '{}')`,
      );
      await step.query('commit');
      assert.equal((await compared).seatsWoken, 0);
    } finally {
      step.release();
    }
    assert.deepEqual(await outcome('ada'), untouched);
  });

  it('is left alone when its own read-back is not older than the page', async () => {
    await team.putSeat('later', { readBackAt: at(6) });
    await team.putSeat('equal', { readBackAt: at(5) });
    const suspended = { status: 'suspended' } as const;
    await team.sync(5, [listed('later', suspended), listed('equal', suspended)]);
    assert.deepEqual(await outcome('later'), { ...untouched, readBackAt: at(6) });
    assert.deepEqual(await outcome('equal'), { ...untouched, readBackAt: at(5) });
  });

  it('concludes nothing from a status that nobody has heard of', async () => {
    await team.putSeat('ada');
    await team.sync(5, [listed('ada', { status: 'unknown' })]);
    assert.deepEqual(await outcome('ada'), untouched);
    assert.equal((await team.member('ada')).status, 'unknown');
  });

  it('is told together with many others', async () => {
    await team.db.execute(sql`
      insert into people (external_id, ref, slices) select 'P' || i, 'P' || i, '[]' from generate_series(1, 2500) i`);
    await team.db.execute(sql`
      insert into seats (id, connection_id, person_id, workflow_id, plan, plan_version, state, member_status, team_member_id)
      select 'seat_' || i, ${team.connectionId}, 'P' || i, 'w' || i, '{"version":1,"steps":[]}', 1, 'invited', 'invited',
        'dbmid:m' || i from generate_series(1, 2500) i`);
    const everybody = Array.from({ length: 2_500 }, (_, i) => listed(`m${i + 1}`));
    assert.equal((await team.sync(5, everybody)).seatsWoken, 2_500);
    assert.equal(new Set(await team.takeOutbox()).size, 2_500);
  });
});

/** Until a transaction of this database waits for a lock. */
async function waitUntilBlocked({ db }: RecordedTeam): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const { rowCount } = await db.execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rowCount !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('nothing waited for the lock');
}
