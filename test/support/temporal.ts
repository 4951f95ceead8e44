/** One Temporal development server for a whole run of the tests; each test has a slug of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedTemporal, startEmbeddedTemporal } from '../../src/main/embedded/temporal.ts';
import { findTemporalBinary } from '../../src/main/embedded/temporal-binary.ts';
import { freePort } from '../../src/main/ports.ts';

export type TestTemporal = Pick<EmbeddedTemporal, 'address' | 'uiUrl' | 'stop'>;

const SEARCH_ATTRIBUTE_TYPES = {
  SeatState: 'Keyword',
  SeatConnection: 'Keyword',
  SeatHoldUntil: 'Datetime',
  SeatAttention: 'Keyword',
} as const;

let running: Promise<TestTemporal> | undefined;

/** `host:port` of the shared server. */
export async function testTemporal(): Promise<{ address: string; uiUrl: string }> {
  running ??= startTestTemporal();
  return running;
}

export async function stopTestTemporal(): Promise<void> {
  const server = await running;
  running = undefined;
  await server?.stop();
}

/** A server of its own; whoever starts it stops it. */
export async function startTestTemporal({
  dynamicConfig = {},
}: {
  dynamicConfig?: Readonly<Record<string, string>>;
} = {}): Promise<TestTemporal> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seatkeeper-temporal-'));
  const { path: binary } = await findTemporalBinary({ log: () => {} });
  const { address, uiUrl, stop } = await startEmbeddedTemporal({
    binary,
    dataDir,
    port: await freePort(),
    uiPort: await freePort(),
    searchAttributes: SEARCH_ATTRIBUTE_TYPES,
    dynamicConfig,
  });
  return {
    address,
    uiUrl,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
