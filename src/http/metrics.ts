/** What Prometheus reads of the API: its own requests, and how the whole installation stands. */
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { type OperatingFigures, operatingFigures } from '../read-model/metrics.ts';
import type { Reader } from '../read-model/reader.ts';

/** Several scrapers, or an impatient one, cost one look at the database. */
const CACHED_MS = 5_000;
const TIMEOUT_MS = 3_000;

export type ApiMetrics = {
  /** Counts one request. */
  observe(request: { method: string; route: string; status: number; durationMs: number }): void;
  contentType: string;
  /** Never throws: without a database the figures that come from it are left out. */
  scrape(): Promise<string>;
};

/** @param registry may hold metrics of others, which are then shown too */
export function apiMetrics({ db, registry }: { db: Reader; registry: Registry }): ApiMetrics {
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'seatkeeper_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10],
    registers: [registry],
  });
  const show = figureGauges(registry);
  let seen: { at: number; figures: Promise<OperatingFigures | null> } | undefined;
  const figures = (): Promise<OperatingFigures | null> => {
    const at = performance.now();
    if (seen === undefined || at - seen.at > CACHED_MS) {
      const looked = withinTime(operatingFigures({ db })).catch(() => null);
      seen = { at, figures: looked };
    }
    return seen.figures;
  };
  return {
    observe: ({ method, route, status, durationMs }) =>
      duration.observe({ method, route, status }, durationMs / 1000),
    contentType: registry.contentType,
    scrape: async () => {
      show(await figures());
      return registry.metrics();
    },
  };
}

function withinTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too late')), TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @returns sets all gauges; what is gone since (a connection, a state) is gone from them too */
function figureGauges(registry: Registry): (figures: OperatingFigures | null) => void {
  const gauges: Gauge[] = [];
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge => {
    const made = new Gauge({ name: `seatkeeper_${name}`, help, labelNames, registers: [registry] });
    gauges.push(made);
    return made;
  };
  const database = gauge('database_reachable', '1 when the figures below could be read, 0 when not.');
  const outbox = gauge('outbox_rows', 'What Temporal has yet to be told.', ['kind']);
  const outboxAge = gauge('outbox_oldest_age_seconds', 'Age of the oldest of them.', ['kind']);
  const recomputes = gauge('recomputes_waiting', 'Large changes whose plans are still being made.');
  const recomputeAge = gauge('recomputes_oldest_age_seconds', 'Age of the oldest of them.');
  const seats = gauge('seats', 'Seats by state.', ['connection', 'state']);
  const attention = gauge('seats_with_attention', 'Seats that need a person.', ['connection', 'code']);
  const status = gauge('connection_status', '1 for the status that it has.', ['connection', 'status']);
  const broken = gauge('connections_broken', 'Connections that cannot reach their team.');
  const syncStatus = gauge('sync_status', '1 for the status of the latest sync.', ['connection', 'status']);
  const syncAge = gauge('sync_age_seconds', 'Time since a sync succeeded.', ['connection']);
  const sealed = gauge('sealed_rows', 'Rows with a secret, by the key that sealed it.', ['what', 'key']);

  return (figures) => {
    for (const each of gauges) each.reset();
    database.set(figures === null ? 0 : 1);
    if (figures === null) {
      // A gauge without labels is 0 after a reset, and "nobody knows" is not "none".
      for (const each of [recomputes, recomputeAge, broken]) each.set(Number.NaN);
      return;
    }
    for (const { kind, rows, oldestAgeSeconds } of figures.outbox) {
      outbox.set({ kind }, rows);
      outboxAge.set({ kind }, oldestAgeSeconds);
    }
    recomputes.set(figures.recomputes.rows);
    recomputeAge.set(figures.recomputes.oldestAgeSeconds);
    for (const { connection, state, attention: code, count } of figures.seats) {
      seats.inc({ connection, state }, count);
      if (code !== null) attention.inc({ connection, code }, count);
    }
    for (const one of figures.connections) {
      const { connection } = one;
      status.set({ connection, status: one.status }, 1);
      if (one.syncStatus !== null) syncStatus.set({ connection, status: one.syncStatus }, 1);
      syncAge.set({ connection }, one.syncAgeSeconds);
    }
    broken.set(figures.connections.filter((one) => one.status === 'broken').length);
    for (const { what, key, rows } of figures.sealed) sealed.set({ what, key }, rows);
  };
}
