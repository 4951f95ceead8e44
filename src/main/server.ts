/** `npm run api`: the HTTP API. Any number of them may run side by side. */
import { readRoleConfig } from '../config.ts';
import { startApiRole } from './api-role.ts';
import { live, type Running } from './process-life.ts';
import { processLog } from './process-log.ts';

function start(): Promise<Running> {
  const config = readRoleConfig(process.env);
  return startApiRole({ config, log: processLog({ level: config.logLevel, role: 'api' }) });
}

await live({ start: async () => start(), stopWithinMs: 5_000 });
