/** Stops what tests share, after the last of them. Mocha is told to `require` this file. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { findTemporalBinary } from '../../src/main/embedded/temporal-binary.ts';
import { stopTestPostgres } from './postgres.ts';
import { stopTestTemporal } from './temporal.ts';

// The SDK tells every change of state otherwise.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** A new machine may have to download or build the Temporal server, which no single test should wait for. */
const FIND_TEMPORAL_WITHIN_MS = 20 * 60_000;

export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(FIND_TEMPORAL_WITHIN_MS);
    await findTemporalBinary({ log: (line) => process.stdout.write(`    ${line}\n`) });
  },
  afterAll: async (): Promise<void> => {
    await stopTestTemporal();
    await stopTestPostgres();
  },
};
