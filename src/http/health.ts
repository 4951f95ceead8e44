/** Alive, and ready to accept. Temporal being away stops nobody from sending facts: they wait in the outbox. */
import type { Express } from 'express';
import { type DatabaseReadiness, databaseReadiness } from '../read-model/readiness.ts';
import type { Http } from './deps.ts';
import type { ApiMetrics } from './metrics.ts';

const CACHED_MS = 1_000;
const TIMEOUT_MS = 2_000;

type Readiness = {
  status: 'ready' | 'not ready' | 'draining';
  parts: {
    database: 'ok' | 'unreachable';
    migrations: 'ok' | 'pending' | 'unknown';
    temporal: 'ok' | 'unreachable' | 'not checked';
  };
};

const DATABASE_PARTS = {
  ok: { database: 'ok', migrations: 'ok' },
  'not migrated': { database: 'ok', migrations: 'pending' },
  unreachable: { database: 'unreachable', migrations: 'unknown' },
} as const satisfies Record<DatabaseReadiness, object>;

async function look({ db, temporalReachable }: Http): Promise<Readiness> {
  const [database, temporal] = await Promise.all([
    databaseReadiness({ db, timeoutMs: TIMEOUT_MS }),
    temporalReachable?.().catch(() => false),
  ]);
  return {
    status: database === 'ok' ? 'ready' : 'not ready',
    parts: {
      ...DATABASE_PARTS[database],
      temporal: temporal === undefined ? 'not checked' : temporal ? 'ok' : 'unreachable',
    },
  };
}

export function mountHealth({ app, http, metrics }: { app: Express; http: Http; metrics: ApiMetrics }): void {
  let seen: { at: number; readiness: Promise<Readiness> } | undefined;
  const readiness = (): Promise<Readiness> => {
    const at = performance.now();
    if (seen === undefined || at - seen.at > CACHED_MS) seen = { at, readiness: look(http) };
    return seen.readiness;
  };

  app.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const looked = await readiness();
    // Not cached: whoever sends requests here must learn of it before the door is shut.
    const found: Readiness = http.isDraining?.() ? { ...looked, status: 'draining' } : looked;
    res.status(found.status === 'ready' ? 200 : 503);
    res.set('Cache-Control', 'no-store').json(found);
  });
  app.get('/metrics', async (_req, res) => {
    res
      .set('Cache-Control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.scrape());
  });
}
