/** `npm run worker`: workflows, activities and the outbox relay. Any number of them may run side by side. */
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readRoleConfig } from '../config.ts';
import { dropboxMetrics } from './dropbox-metrics.ts';
import { freePort } from './ports.ts';
import { live, type Running } from './process-life.ts';
import { processLog } from './process-log.ts';
import { startWorkerMetrics } from './worker-metrics.ts';
import { startWorkerRole } from './worker-role.ts';

type Meta = { error?: unknown; workflowId?: unknown; activityType?: unknown } | undefined;

/** What may be logged of the SDK's facts. Errors of workflows and activities hold no personal data by our own rules. */
const factsOf = (meta: Meta): Record<string, unknown> => ({
  ...(meta?.workflowId === undefined ? {} : { workflowId: meta.workflowId }),
  ...(meta?.activityType === undefined ? {} : { activityType: meta.activityType }),
  ...(meta?.error instanceof Error ? { error: `${meta.error.name}: ${meta.error.message}` } : {}),
});

/** The SDK's own log lines, in ours; at info it is very talkative. */
function temporalLogger(log: Logger) {
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

async function start(): Promise<Running> {
  const config = readRoleConfig(process.env);
  const log = processLog({ level: config.logLevel, role: 'worker' });
  const { host, metricsPort: port } = config;
  const sdkPort = await freePort();
  // SIGTERM is ours: the worker stops before what it depends on.
  Runtime.install({
    shutdownSignals: [],
    logger: temporalLogger(log),
    ...(port === undefined ? {} : { telemetryOptions: sdkTelemetry({ port: sdkPort }) }),
  });
  const registry = new Registry();
  const running = await startWorkerRole({ config, log, onDropboxCall: dropboxMetrics(registry) });
  if (port === undefined) return running;
  collectDefaultMetrics({ register: registry });
  const metrics = await startWorkerMetrics({ host, port, sdkPort, registry });
  log.info({ host, port }, 'metrics of this worker are ready');
  const stop = async (): Promise<void> => {
    await running.stop();
    metrics.close();
  };
  return { ...running, stop };
}

const sdkTelemetry = ({ port }: { port: number }) => ({
  metrics: {
    prometheus: {
      bindAddress: `127.0.0.1:${port}`,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    },
  },
});

await live({ start, stopWithinMs: 9_000 });
