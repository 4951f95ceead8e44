/** ENCRYPTION_KEYS from A over B,A to B, with real processes, as docs/operation.md tells it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { clickThrough } from '../simulator/click-through.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type Role, request, roleEnvironment, startRole } from '../support/roles.ts';
import { testTemporal } from '../support/temporal.ts';

const A = `A:${randomBytes(32).toString('base64')}`;
const B = `B:${randomBytes(32).toString('base64')}`;
const SLUG = `rotation-${randomBytes(4).toString('hex')}`;

type Seats = { seats: { state: string }[] };

describe('changing the encryption key', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let database: TestDatabase;
  let temporal: Connection;
  let client: Client;
  let roles: { api: Role; worker: Role } | undefined;

  before(async () => {
    simulator = await startSimulator({ teamSize: 12, licences: 100, recoverWindowMs: 2_000 });
    database = await testDatabase();
    temporal = await Connection.connect({ address: (await testTemporal()).address });
    client = new Client({ connection: temporal });
  });
  after(async () => {
    await stop();
    for (const workflowId of await openRuns()) await client.workflow.getHandle(workflowId).terminate();
    await client.schedule
      .getHandle(`team-sync/${SLUG}`)
      .delete()
      .catch(() => {});
    await temporal.close();
    await simulator.close();
    await database.drop();
  });

  async function stop(): Promise<void> {
    if (roles === undefined) return;
    const { api, worker } = roles;
    roles = undefined;
    assert.deepEqual(await Promise.all([api.stop(), worker.stop()]), [0, 0]);
  }
  async function startWith(encryptionKeys: string): Promise<void> {
    await stop();
    const { address: temporalAddress } = await testTemporal();
    const env = {
      ...roleEnvironment({ databaseUrl: database.url, temporalAddress, simulator, encryptionKeys }),
      EMAIL_HOLD: 'PT15S',
    };
    roles = {
      api: await startRole({ role: 'api', env }),
      worker: await startRole({ role: 'worker', env }),
    };
    await Promise.all([roles.api.ready, roles.worker.ready]);
  }
  async function call<T>(operation: string, body?: unknown): Promise<T> {
    assert.ok(roles);
    const answer = await request<T>({ api: roles.api, operation, body });
    assert.ok(answer.status < 400, `${operation}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 30_000; !(await isSo()); await sleep(100)) {
      assert.ok(Date.now() < deadline, `${what}\n${roles?.worker.logged().slice(-2_000)}`);
    }
  }
  const seatIs = (person: string, state: string) =>
    until(`${person} is ${state}`, async () => {
      const { seats } = await call<Seats>(`GET /v1/people/${person}`);
      return seats[0]?.state === state;
    });
  const event = (type: 'joiner' | 'leaver', id: string) =>
    call('POST /v1/events', {
      id: `${type}-${id}`,
      type,
      person: {
        externalId: id,
        ...(type === 'joiner'
          ? { email: `${id.toLowerCase()}@corp.example`, givenName: 'Given', surname: 'Surname' }
          : {}),
      },
    });
  async function openRuns(): Promise<string[]> {
    const query = `SeatConnection = '${SLUG}' AND ExecutionStatus = 'Running'`;
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
    return found;
  }
  async function synced(): Promise<void> {
    const of = () =>
      call<{ sync: { status: string; startedAt: string } }>(`GET /v1/connections/${SLUG}`).then(
        (c) => c.sync,
      );
    const { startedAt } = await of();
    await call(`POST /v1/connections/${SLUG}/syncs`, {});
    await until('the next sync has succeeded', async () => {
      const sync = await of();
      return sync.startedAt !== startedAt && sync.status === 'succeeded';
    });
  }
  async function sealedBy(): Promise<string[]> {
    assert.ok(roles);
    const text = await (await fetch(`${roles.api.url}/metrics`)).text();
    const found = text.matchAll(/^seatkeeper_sealed_rows\{what="(\w+)",key="(\w+)"\} [1-9]/gm);
    return [...new Set([...found].map(([, , key = '']) => key))];
  }

  it('begins with A: a team is connected, somebody joins', async () => {
    await startWith(A);
    const begun = await call<{ id: string; authorizeUrl: string }>('POST /v1/authorizations', {});
    const { location } = await clickThrough({ authorizeUrl: begun.authorizeUrl, as: 'admin:0' });
    assert.ok(location);
    await fetch(location);
    await call('POST /v1/connections', { authorizationId: begun.id, name: SLUG });
    await until('the first sync has succeeded', async () => {
      const { sync } = await call<{ sync: { status: string } | null }>(`GET /v1/connections/${SLUG}`);
      return sync?.status === 'succeeded';
    });
    const settings = { provision: { enabled: true }, deprovision: { enabled: true } };
    await call(`PUT /v1/connections/${SLUG}/provisioning`, settings);
    await call(`PUT /v1/connections/${SLUG}/assignments`, { everyone: true });
    await event('joiner', 'R1');
    await event('joiner', 'R2');
    await seatIs('R1', 'invited');
    await seatIs('R2', 'invited');
    assert.deepEqual(await sealedBy(), ['A']);
  });

  it('goes on with B,A, and what is kept is sealed with B from then on', async () => {
    await startWith(`${B},${A}`);
    await until('nothing is sealed with A', async () => (await sealedBy()).join() === 'B');
    // The history of this seat began under A.
    await event('leaver', 'R1');
    await seatIs('R1', 'held');
    await synced();
    await until('the schedule was written anew', async () => {
      const { count } = await scheduleKeys();
      return count.A === 0 && count.B > 0;
    });
  });

  it('does without A, once what ran under it was ended and started again by a sync', async () => {
    for (const workflowId of await openRuns()) await client.workflow.getHandle(workflowId).terminate();
    await synced();
    await until('both seats are looked after again', async () => (await openRuns()).length === 2);
    await startWith(B);
    await seatIs('R1', 'released');
    await event('leaver', 'R2');
    await seatIs('R2', 'held');
    await event('joiner', 'R3');
    await seatIs('R3', 'invited');
    await synced();
    assert.doesNotMatch(roles?.worker.logged() ?? '', /UnknownKeyError|ENCRYPTION_KEYS/);
  });

  /** How often each key is named in what Temporal keeps of the schedule. */
  async function scheduleKeys(): Promise<{ count: { A: number; B: number } }> {
    const description = await client.workflowService.describeSchedule({
      namespace: 'default',
      scheduleId: `team-sync/${SLUG}`,
    });
    const input = description.schedule?.action?.startWorkflow?.input?.payloads ?? [];
    const ids = input.map(({ metadata }) => Buffer.from(metadata?.['encryption-key-id'] ?? []).toString());
    return { count: { A: ids.filter((id) => id === 'A').length, B: ids.filter((id) => id === 'B').length } };
  }
});
