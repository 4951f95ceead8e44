/** Pausing a person or a whole connection: facts are taken in, nothing is asked of Dropbox. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pauseConnection, resumeConnection } from '../../src/commands/connection-pause.ts';
import { recoverSeat, retrySeat } from '../../src/commands/decisions.ts';
import { CommandRefusal } from '../../src/commands/refusal.ts';
import { pauseSeat, resumeSeat } from '../../src/commands/seat-pause.ts';
import type { Seat } from '../../src/store/seats/seat-case.ts';
import { fact, joiner, leaver, type Rig, startRig } from '../support/rig.ts';
import { is, somePeople } from '../support/some-people.ts';

const waits = (kind: string) => (seat: Seat) => seat.waiting?.kind === kind;
const isConflict = (error: unknown) => error instanceof CommandRefusal && error.code === 'state_conflict';

describe('a pause', () => {
  let rig: Rig;
  const { newId, active } = somePeople({ rig: () => rig, prefix: 'P' });
  before(async () => {
    rig = await startRig({ emailHoldMs: 3_000 });
  });
  after(() => rig.stop());
  beforeEach(() => rig.settings({}));

  const deciding = (personId: string) => ({
    db: rig.db,
    connectionId: rig.connectionId,
    personId,
    actor: 'test',
    now: new Date(),
  });
  const callsSince = (position: number) => rig.simulator.ledger.calls({ since: position });

  describe('of a person', () => {
    it('lets no fact act until it is over; then the latest acts, once', async () => {
      const id = await active();
      await pauseSeat(deciding(id));
      await rig.until(id, waits('person'));
      const before = rig.simulator.ledger.position;
      await rig.send(leaver(id));
      await rig.until(id, waits('person'));
      await rig.send(fact('mover', id, { person: { surname: 'Other' } }));
      await rig.until(id, waits('person'));
      assert.deepEqual(callsSince(before), []);
      await resumeSeat(deciding(id));
      await rig.until(id, is('held'));
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
    });

    it('keeps an address beyond the hold, and gives it on when it is over', async () => {
      const id = await active();
      await rig.send(leaver(id));
      await rig.until(id, is('held'));
      await pauseSeat(deciding(id));
      const email = `${id.toLowerCase()}@corp.example`;
      await rig.send(joiner(`${id}-next`, { person: { email } }));
      await rig.until(`${id}-next`, waits('email'));
      await sleep(4_500);
      assert.equal((await rig.seat(id)).state, 'held');
      assert.deepEqual(rig.effectsOf(`${id}-next`), []);
      await resumeSeat(deciding(id));
      await rig.until(id, is('released'), 30_000);
      await rig.until(`${id}-next`, is('invited'), 30_000);
    });

    it('takes decisions in as it takes facts', async () => {
      await rig.settings({});
      const id = await active();
      await rig.send(leaver(id));
      await rig.until(id, is('held'));
      await pauseSeat(deciding(id));
      await recoverSeat(deciding(id));
      await rig.until(id, waits('person'));
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove']);
      await resumeSeat(deciding(id));
      await rig.until(id, is('active'));
      assert.deepEqual(rig.effectsOf(id), ['add', 'remove', 'recover']);
    });

    it('is refused where it makes no sense', async () => {
      const id = await active();
      await assert.rejects(resumeSeat(deciding(id)), isConflict);
      await pauseSeat(deciding(id));
      await assert.rejects(pauseSeat(deciding(id)), isConflict);
      await assert.rejects(retrySeat(deciding(id)), isConflict);
      await resumeSeat(deciding(id));
      await assert.rejects(
        pauseSeat(deciding('nobody')),
        (error) => error instanceof CommandRefusal && error.code === 'not_found',
      );
    });
  });

  describe('of a connection', () => {
    it('lets no seat call until it is over; then all go on', async () => {
      const { db, connectionId } = rig;
      const leaves = await active();
      await pauseConnection({ db, connectionId, actor: 'test' });
      const before = rig.simulator.ledger.position;
      const comes = newId();
      await rig.send(joiner(comes), leaver(leaves));
      await rig.until(comes, waits('connection'));
      await rig.until(leaves, waits('connection'));
      assert.deepEqual(callsSince(before), []);
      await assert.rejects(pauseConnection({ db, connectionId, actor: 'test' }), isConflict);
      await resumeConnection({ db, connectionId, actor: 'test', now: new Date() });
      await rig.until(comes, is('invited'));
      await rig.until(leaves, is('held'));
      await assert.rejects(
        resumeConnection({ db, connectionId, actor: 'test', now: new Date() }),
        isConflict,
      );
    });
  });
});
