import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../../src/main/embedded/temporal.ts';
import { findTemporalBinary } from '../../../src/main/embedded/temporal-binary.ts';
import { freePort } from '../../../src/main/ports.ts';
import { processIdentity } from '../../../src/main/process-identity.ts';

describe('the local Temporal server', function () {
  this.timeout(120_000);
  let binary: string;
  let dataDir: string;
  const running: EmbeddedTemporal[] = [];

  const start = async (options: { port?: number; uiPort?: number } = {}): Promise<EmbeddedTemporal> => {
    const server = await startEmbeddedTemporal({
      binary,
      dataDir,
      port: options.port ?? (await freePort()),
      uiPort: options.uiPort ?? (await freePort()),
      namespace: 'seats',
      codecEndpoint: 'http://localhost:8080/codec/token',
      searchAttributes: { SeatState: 'Keyword', SeatHoldUntil: 'Datetime' },
    });
    running.push(server);
    return server;
  };
  const connected = async <T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await Connection.connect({ address });
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  };

  before(async function () {
    // Building one takes minutes; that is for the start itself, not for a test of what comes after.
    this.timeout(900_000);
    binary = (await findTemporalBinary({ log: () => {} })).path;
  });

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-temporal-'));
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('has its namespace, keeps history for ninety days, knows the search attributes, and serves its UI', async () => {
    const { address, uiUrl } = await start();
    await connected(address, async ({ workflowService, operatorService }) => {
      const { config } = await workflowService.describeNamespace({ namespace: 'seats' });
      assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 90 * 86_400);
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'seats' });
      assert.deepEqual(
        Object.keys(customAttributes ?? {})
          .filter((name) => name.startsWith('Seat'))
          .sort(),
        ['SeatHoldUntil', 'SeatState'],
      );
    });
    const settings = await fetch(new URL('/api/v1/settings', uiUrl));
    assert.equal(
      ((await settings.json()) as { Codec: { Endpoint: string } }).Codec.Endpoint,
      'http://localhost:8080/codec/token',
    );
  });

  it('keeps its workflows over a stop and a start on the same ports', async () => {
    const ports = { port: await freePort(), uiPort: await freePort() };
    const first = await start(ports);
    await connected(first.address, async (connection) => {
      const client = new Client({ connection, namespace: 'seats' });
      await client.workflow.start('userLifecycle', { taskQueue: 'nobody', workflowId: 'kept' });
    });
    await first.stop();
    const second = await start(ports);
    assert.equal(second.address, first.address);
    await connected(second.address, async (connection) => {
      const client = new Client({ connection, namespace: 'seats' });
      assert.equal((await client.workflow.getHandle('kept').describe()).status.name, 'RUNNING');
    });
  });

  it('stops the server that a killed start left behind', async () => {
    const orphan = await start();
    // The note is what a start that was killed leaves; this process merely does not know about the first server.
    const note = JSON.parse(await readFile(join(dataDir, 'temporal/server.json'), 'utf8')) as { pid: number };
    assert.equal(note.pid, orphan.pid);
    const next = await start();
    await orphan.exited;
    assert.equal(processIdentity(orphan.pid), undefined);
    assert.notEqual(next.pid, orphan.pid);
  });

  it('never takes another Temporal server on its port for its own', async () => {
    const other = await start();
    const elsewhere = await mkdtemp(join(tmpdir(), 'seatkeeper-temporal-'));
    try {
      const port = Number(other.address.split(':')[1]);
      const options = { binary, port, uiPort: await freePort(), searchAttributes: {} };
      await assert.rejects(startEmbeddedTemporal({ ...options, dataDir: elsewhere }), {
        name: 'PartFailure',
        message: /is taken/,
      });
      assert.notEqual(processIdentity(other.pid), undefined);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});
