/** One Temporal development server for a whole run of the tests; each test has a slug of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../src/main/embedded/temporal.ts';
import { findTemporalBinary } from '../../src/main/embedded/temporal-binary.ts';
import { freePort } from '../../src/main/ports.ts';

type Running = { server: EmbeddedTemporal; dataDir: string };

let running: Promise<Running> | undefined;

const SEARCH_ATTRIBUTE_TYPES = {
  SeatState: 'Keyword',
  SeatConnection: 'Keyword',
  SeatHoldUntil: 'Datetime',
  SeatAttention: 'Keyword',
} as const;

/** `host:port` of the shared server. */
export async function testTemporal(): Promise<{ address: string; uiUrl: string }> {
  running ??= start();
  return (await running).server;
}

export async function stopTestTemporal(): Promise<void> {
  if (running === undefined) return;
  const { server, dataDir } = await running;
  running = undefined;
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function start(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-temporal-'));
  const { path: binary } = await findTemporalBinary({ log: () => {} });
  const server = await startEmbeddedTemporal({
    binary,
    dataDir,
    port: await freePort(),
    uiPort: await freePort(),
    searchAttributes: SEARCH_ATTRIBUTE_TYPES,
  });
  return { server, dataDir };
}
