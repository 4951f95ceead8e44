/** `npm run worker`: workflows, activities and the outbox relay. Any number of them may run side by side. */
import { Runtime } from '@temporalio/worker';
import pino from 'pino';
import { readRoleConfig } from '../config.ts';
import { live, type Running } from './process-life.ts';
import { startWorkerRole } from './worker-role.ts';

/** The SDK's own log lines, in ours; at debug it is very talkative. */
function temporalLogger(log: pino.Logger) {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string): void =>
      log[level](message);
  return {
    log: (level: string, message: string) => log.info({ sdkLevel: level }, message),
    trace: write('debug'),
    debug: write('debug'),
    info: write('debug'),
    // Its warnings are about how workers are made, not about what goes wrong.
    warn: write('debug'),
    error: write('error'),
  };
}

function start(): Promise<Running> {
  const config = readRoleConfig(process.env);
  const log = pino({ level: config.logLevel, base: { role: 'worker' } });
  // SIGTERM is ours: the worker stops before what it depends on.
  Runtime.install({ shutdownSignals: [], logger: temporalLogger(log) });
  return startWorkerRole({ config, log });
}

await live({ start, stopWithinMs: 9_000 });
