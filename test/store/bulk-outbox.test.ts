/** What many seats are told of together, in the order and the number in which it may go. */
import assert from 'node:assert/strict';
import { inArray } from 'drizzle-orm';
import { outbox, seats } from '../../drizzle/schema.ts';
import { putAssignments } from '../../src/commands/assignments.ts';
import { leaseBulk, unjudgedSeats } from '../../src/store/bulk-outbox.ts';
import { insertConnection } from '../../src/store/connections.ts';
import { BULK_ABOVE_SEATS, leaseOutbox } from '../../src/store/outbox.ts';
import { type ConnectedDatabase, connectedDatabase } from '../commands/connected-database.ts';
import { ACTING, joiner, leaver } from '../support/rig.ts';

const LEASE_MS = 60_000;
const MANY = BULK_ABOVE_SEATS + 5;
const OTHER = 'con_other';

describe('bulk in the outbox', () => {
  let team: ConnectedDatabase;
  beforeEach(async () => {
    team = await connectedDatabase();
    await assignEveryone(team.connectionId);
  });
  afterEach(() => team.drop());

  const assignEveryone = (connectionId: string) =>
    putAssignments({
      db: team.db,
      connectionId,
      assignments: { everyone: true, groups: [], people: [] },
      actor: 'test',
      now: new Date(),
    });
  const connectAnother = async () => {
    await team.db.transaction((tx) =>
      insertConnection({
        tx,
        connection: {
          id: OTHER,
          slug: 'other',
          name: 'Other',
          teamId: 'dbtid:2',
          teamName: 'Other',
          adminMemberId: 'dbmid:2',
          adminEmail: 'admin@other.example',
          scopes: ['members.write', 'members.delete'],
        },
        settings: ACTING,
        actor: 'test',
        refreshToken: 'sealed',
      }),
    );
    await assignEveryone(OTHER);
  };
  const ids = (prefix: string, count = MANY) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const personOf = async (seatIds: string[]): Promise<string[]> => {
    const rows = await team.db.select().from(seats).where(inArray(seats.id, seatIds));
    return seatIds.map((id) => rows.find((row) => row.id === id)?.personId ?? '');
  };
  const single = async () => {
    const rows = await leaseOutbox({ db: team.db, limit: 1_000, leaseMs: LEASE_MS });
    return personOf(rows.map(({ subjectId }) => subjectId));
  };
  const bulk = (room: { byConnection?: [string, number][]; others?: number } = {}) => {
    const { byConnection = [], others = 1_000 } = room;
    const free = { byConnection: new Map(byConnection), others };
    return leaseBulk({ db: team.db, limit: 1_000, leaseMs: LEASE_MS, room: free });
  };

  it('is left alone by who sends single rows, which overtake it', async () => {
    await team.send(ids('B').map((id) => joiner(id)));
    await team.send([joiner('S1')]);
    await team.send([leaver('B3')]);
    assert.deepEqual(await single(), ['B3', 'S1']);
    const left = await bulk();
    assert.equal(left.length, MANY - 1);
    assert.deepEqual(await bulk(), [], 'a row is leased once');
  });

  it('goes out with removals first', async () => {
    await team.send(ids('C').map((id) => joiner(id)));
    await team.send(ids('D').map((id) => joiner(id)));
    await bulk();
    await team.send(ids('D').map((id) => leaver(id)));
    await team.send(ids('E').map((id) => joiner(id)));
    await team.db.update(outbox).set({ leasedUntil: null });
    const order = await personOf((await bulk()).map(({ subjectId }) => subjectId));
    assert.deepEqual(new Set(order.slice(0, MANY)), new Set(ids('D')));
    assert.equal(order.length, 3 * MANY);
  });

  it('takes no more of a connection than there is room for, and passes over one without room', async () => {
    await connectAnother();
    await team.send(ids('F').map((id) => joiner(id)));
    const first = await bulk({ byConnection: [[team.connectionId, 0]], others: 3 });
    assert.deepEqual(
      first.map(({ connectionId }) => connectionId),
      [OTHER, OTHER, OTHER],
    );
    const second = await bulk({ byConnection: [[OTHER, 1]], others: 2 });
    assert.deepEqual(second.map(({ connectionId }) => connectionId).sort(), [
      ...[team.connectionId, team.connectionId, OTHER].sort(),
    ]);
  });

  it('reaches a connection behind another with many seats and little room', async () => {
    await team.send(ids('H').map((id) => joiner(id)));
    await connectAnother();
    const room = { byConnection: new Map([[team.connectionId, 1]]), others: 5 };
    const rows = await leaseBulk({ db: team.db, limit: MANY, leaseMs: LEASE_MS, room });
    const of = (id: string) => rows.filter(({ connectionId }) => connectionId === id).length;
    assert.deepEqual([of(team.connectionId), of(OTHER)], [1, 5]);
  });

  it('is settled for a seat that was judged by its present plan and settings', async () => {
    await team.send(ids('G').map((id) => joiner(id)));
    const seatIds = (await bulk()).map(({ subjectId }) => subjectId);
    assert.deepEqual(await unjudgedSeats({ db: team.db, seatIds }), new Set(seatIds));
    const [judged = '', halfJudged = ''] = seatIds;
    await team.db
      .update(seats)
      .set({ judgedPlan: 1, judgedSettings: 1 })
      .where(inArray(seats.id, [judged]));
    await team.db
      .update(seats)
      .set({ judgedPlan: 1 })
      .where(inArray(seats.id, [halfJudged]));
    const unjudged = await unjudgedSeats({ db: team.db, seatIds });
    assert.deepEqual(unjudged, new Set(seatIds.slice(1)));
  });
});
