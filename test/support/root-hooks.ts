/** Stops what tests share, after the last of them. Mocha is told to `require` this file. */
import { stopTestPostgres } from './postgres.ts';

export const mochaHooks = {
  afterAll: stopTestPostgres,
};
