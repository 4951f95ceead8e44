/** `npm run worker`: workflows, activities and the outbox relay. Any number of them may run side by side. */
import { Runtime } from '@temporalio/worker';
import pino from 'pino';
import { readRoleConfig } from '../config.ts';
import { live, type Running } from './process-life.ts';
import { startWorkerRole } from './worker-role.ts';

type Meta = { error?: unknown; workflowId?: unknown; activityType?: unknown } | undefined;

/** What may be logged of the SDK's facts. Errors of workflows and activities hold no personal data by our own rules. */
const factsOf = (meta: Meta): Record<string, unknown> => ({
  ...(meta?.workflowId === undefined ? {} : { workflowId: meta.workflowId }),
  ...(meta?.activityType === undefined ? {} : { activityType: meta.activityType }),
  ...(meta?.error instanceof Error ? { error: `${meta.error.name}: ${meta.error.message}` } : {}),
});

/** The SDK's own log lines, in ours; at info it is very talkative. */
function temporalLogger(log: pino.Logger) {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (message: string, meta?: Meta): void =>
      log[level](factsOf(meta), message);
  return {
    log: (level: string, message: string, meta?: Meta) =>
      log.debug({ sdkLevel: level, ...factsOf(meta) }, message),
    trace: write('debug'),
    debug: write('debug'),
    info: write('debug'),
    // Most of its warnings are about how workers are made; those about failures carry an error.
    warn: (message: string, meta?: Meta): void => write(meta?.error ? 'warn' : 'debug')(message, meta),
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
