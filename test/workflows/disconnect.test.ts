import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { connections, emailClaims, grants } from '../../drizzle/schema.ts';
import { disconnect } from '../../src/commands/connections.ts';
import { joiner, leaver, type Rig, startRig } from '../support/rig.ts';

async function endOf(rig: Rig): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const [row] = await rig.db.select().from(connections).where(eq(connections.id, rig.connectionId));
    if (row?.endedAt) return;
    await sleep(50);
  }
  throw new Error('the connection did not end');
}

async function openLifecycles(rig: Rig): Promise<number> {
  const query = `SeatConnection = '${rig.slug}' AND ExecutionStatus = 'Running'`;
  return (await rig.client.workflow.count(query)).count;
}

describe('disconnecting a team', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ emailHoldMs: 60_000 });
  });
  after(() => rig.stop());

  it('ends every seat, touches no member, and gives the grant back', async () => {
    await rig.send(joiner('E600'), joiner('E601'));
    await rig.until('E600', (seat) => seat.state === 'invited');
    await rig.until('E601', (seat) => seat.state === 'invited');
    await rig.send(leaver('E601'));
    await rig.until('E601', (seat) => seat.state === 'held');
    const { seq = 0 } = rig.simulator.ledger.effects().at(-1) ?? {};

    await disconnect({ db: rig.db, connectionId: rig.connectionId, actor: 'test' });
    await endOf(rig);

    const since = rig.simulator.ledger.effects({ since: seq });
    assert.deepEqual(
      since.map(({ kind }) => kind),
      ['revoke_grant'],
    );
    assert.equal((await rig.db.select().from(grants)).length, 0);
    assert.equal((await rig.db.select().from(emailClaims)).length, 0);
    for (let i = 0; i < 100 && (await openLifecycles(rig)) > 0; i += 1) await sleep(100);
    assert.equal(await openLifecycles(rig), 0);
  });

  it('gives nobody a seat afterwards', async () => {
    await rig.send(joiner('E602'));
    await assert.rejects(rig.seat('E602'));
  });
});
