/** Stops what tests share, after the last of them. Mocha is told to `require` this file. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { stopTestPostgres } from './postgres.ts';
import { stopTestTemporal } from './temporal.ts';

// The SDK tells every change of state otherwise.
Runtime.install({ logger: new DefaultLogger('ERROR') });

export const mochaHooks = {
  afterAll: async (): Promise<void> => {
    await stopTestTemporal();
    await stopTestPostgres();
  },
};
