import assert from 'node:assert/strict';
import { emailClaims, emailWaiters } from '../../../drizzle/schema.ts';
import { at, HOLD_MS, listed, type RecordedTeam, recordedTeam } from './recorded-team.ts';

const DAY = 24 * 60;
const removed = (id: string, more: { recoverable?: boolean; email?: string } = {}) =>
  listed(id, { status: 'removed', recoverable: true, ...more });

describe('holds learned from Dropbox', () => {
  let team: RecordedTeam;
  beforeEach(async () => {
    team = await recordedTeam();
  });
  afterEach(() => team.drop());

  const held = async () => (await team.claims()).map(({ emailKey }) => emailKey);

  it('reserve the address of somebody removed by hand from when the removal was first seen', async () => {
    await team.sync(1, [listed('ada')]);
    await team.sync(5, [removed('ada'), removed('final', { recoverable: false })]);
    const [claim, ...others] = await team.claims();
    assert.deepEqual(others, []);
    assert.ok(claim);
    const { emailKey, state, holderSeatId, heldSince, holdUntil, teamMemberId } = claim;
    assert.deepEqual(
      { emailKey, state, holderSeatId, heldSince, holdUntil, teamMemberId },
      {
        emailKey: 'ada@corp.example',
        state: 'held',
        holderSeatId: null,
        heldSince: at(5),
        holdUntil: new Date(at(5).getTime() + HOLD_MS),
        teamMemberId: 'dbmid:ada',
      },
    );
    await team.sync(60, [removed('ada')]);
    assert.deepEqual((await team.claims())[0]?.heldSince, at(5));
  });

  it('reserve the address that the member had, when Dropbox rewrote it at the removal', async () => {
    await team.sync(1, [listed('ada')]);
    await team.sync(5, [removed('ada', { email: 'ada+removed@corp.example' })]);
    assert.deepEqual(await held(), ['ada@corp.example']);
    await team.sync(60, [removed('ada', { email: 'ada+removed@corp.example' })]);
    assert.deepEqual(await held(), ['ada@corp.example']);
  });

  it('leave addresses alone that a seat has claimed', async () => {
    const seatId = await team.putSeat('ada', { wanted: 'none' });
    const { connectionId, db } = team;
    await db
      .insert(emailClaims)
      .values({ connectionId, emailKey: 'ada@corp.example', holderSeatId: seatId, state: 'owned' });
    await team.putSeat('bob', { state: 'held', memberStatus: 'removed', wanted: 'none' });
    await team.sync(5, [removed('ada'), removed('bob')]);
    const claims = await team.claims();
    assert.deepEqual(
      claims.map(({ holderSeatId, state }) => [holderSeatId, state]),
      [[seatId, 'owned']],
    );
  });

  it('end when their time is over and Dropbox can no longer recover the member, and not before', async () => {
    await team.sync(1, [removed('ada'), removed('still'), removed('gone')]);
    await team.sync(6 * DAY, [removed('ada', { recoverable: false }), removed('still')]);
    assert.deepEqual(await held(), ['ada@corp.example', 'gone@corp.example', 'still@corp.example']);
    await team.sync(8 * DAY, [removed('ada', { recoverable: false }), removed('still')]);
    assert.deepEqual(await held(), ['still@corp.example']);
  });

  it('stay while somebody waits for the address', async () => {
    await team.sync(1, [removed('ada')]);
    const seatId = await team.putSeat('waits', { state: 'waiting', memberStatus: null, teamMemberId: null });
    const { connectionId } = team;
    await team.db.insert(emailWaiters).values({ connectionId, emailKey: 'ada@corp.example', seatId });
    await team.sync(8 * DAY, [removed('ada', { recoverable: false })]);
    assert.deepEqual(await held(), ['ada@corp.example']);
  });
});
