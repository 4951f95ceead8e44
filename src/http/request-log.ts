/** One log line and one measurement a request. Never the URL: it may hold names, codes or the codec's token. */
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { ApiMetrics } from './metrics.ts';

/** The route's pattern; all unknown paths are one. */
const routeOf = (req: Request): string => {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? path : 'unknown';
};

export const requestLog =
  ({ log, metrics }: { log: Logger; metrics: Pick<ApiMetrics, 'observe'> }): RequestHandler =>
  (req, res, next) => {
    const startedMs = performance.now();
    res.once('close', () => {
      const durationMs = performance.now() - startedMs;
      const line = {
        requestId: res.locals.requestId,
        method: req.method,
        route: routeOf(req),
        status: res.statusCode,
        actor: res.locals.caller?.actor,
        durationMs: Math.round(durationMs),
        // The connection went before the answer was out: whoever asked does not know what became of it.
        ...(res.writableFinished ? {} : { cutOff: true }),
      };
      const { method, route, status } = line;
      metrics.observe({ method, route, status, durationMs });
      if (status >= 500) log.error(line, 'request failed');
      else log[route === '/healthz' || route === '/readyz' ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
