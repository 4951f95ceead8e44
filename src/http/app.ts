/** The application: everything that answers over HTTP, from what it is given. Starts nothing, reads no environment. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { Registry } from 'prom-client';
import { mountCodec } from './codec.ts';
import type { AppDeps, Http } from './deps.ts';
import { mountDocs } from './docs.ts';
import { mountHealth } from './health.ts';
import { apiMetrics } from './metrics.ts';
import { mountCallback } from './oauth/callback.ts';
import { mountConnectedPage } from './oauth/connected.ts';
import { openApiDocument } from './openapi.ts';
import { mountOperations } from './operations.ts';
import { asProblem, problem, sendProblem } from './problems.ts';
import { requestId } from './request-id.ts';
import { requestLog } from './request-log.ts';
import { allRoutes } from './routes/all.ts';

export type { AppDeps } from './deps.ts';

/** Of an API nothing is to be rendered; pages set a policy of their own. */
const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
});

export function createApp(deps: AppDeps): Express {
  const http: Http = { ...deps, clock: deps.clock ?? (() => new Date()) };
  const { log, config } = http;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  const metrics = apiMetrics({ db: http.db, registry: http.registry ?? new Registry() });
  app.use(requestId, requestLog({ log, metrics }), headers, hangUpWhileDraining(http));

  const implementations = allRoutes(http);
  const operations = implementations.map(({ operation }) => operation);
  const basePath = new URL(config.publicUrl).pathname.replace(/\/+$/, '');
  const document = openApiDocument({ operations, basePath });
  mountHealth({ app, http, metrics });
  mountDocs({ app, document, basePath });
  mountCallback({ app, http });
  mountConnectedPage({ app, http });
  mountCodec({ app, http });
  mountOperations({ app, http, implementations });

  app.use((req) => {
    throw problem('unknown_path', { detail: `There is nothing at this path for ${req.method}.` });
  });
  app.use(errorsAsProblems({ log }));
  return app;
}

/** Clients then open their next connection elsewhere, instead of losing a request on one that is about to be closed. */
const hangUpWhileDraining =
  ({ isDraining }: Pick<Http, 'isDraining'>): RequestHandler =>
  (_req, res, next) => {
    if (isDraining?.()) res.set('Connection', 'close');
    next();
  };

/** Four parameters: that is how express knows it. */
const errorsAsProblems =
  ({ log }: Pick<Http, 'log'>): ErrorRequestHandler =>
  (error: unknown, _req, res, _next) => {
    const known = asProblem(error);
    if (known.status >= 500)
      log.error({ ...describe(error), requestId: res.locals.requestId }, 'unexpected error');
    // Express would cut the connection too, but print the message, which may quote values.
    if (res.headersSent) res.destroy();
    else sendProblem({ problem: known, res });
  };

/** Class, code and stack, without the message: those of PostgreSQL and drizzle quote values. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  // A message of several lines may look like a frame.
  const stack = error.stack
    ?.replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12);
  return {
    error: error.name,
    code,
    stack,
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}
