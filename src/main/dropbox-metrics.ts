/** Calls to Dropbox, counted where they leave: by route and status, `none` where no answer came. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { CallReport } from '../dropbox/transport.ts';

/** @returns what a client is given as `onCall` */
export function dropboxMetrics(registry: Registry): (call: CallReport) => void {
  const calls = new Counter({
    name: 'seatkeeper_dropbox_calls_total',
    help: 'Calls to Dropbox; status 429 are those that it put off.',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'seatkeeper_dropbox_call_duration_seconds',
    help: 'Time to the end of the answer, or to giving up.',
    labelNames: ['route'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30],
    registers: [registry],
  });
  const putOff = new Counter({
    name: 'seatkeeper_dropbox_retry_after_seconds_total',
    help: 'Waiting that Dropbox asked for with its 429s.',
    labelNames: ['route'],
    registers: [registry],
  });
  return ({ route, status, durationMs, retryAfterMs }) => {
    calls.inc({ route, status: status ?? 'none' });
    duration.observe({ route }, durationMs / 1_000);
    if (retryAfterMs !== undefined) putOff.inc({ route }, retryAfterMs / 1_000);
  };
}
