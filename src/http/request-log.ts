/** One log line and one measurement a request. Never the URL: it may hold names, codes or the codec's token. */
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The route's pattern; all unknown paths are one. */
const routeOf = (req: Request): string => {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? path : 'unknown';
};

export function requestLog({ log }: { log: Logger }): { middleware: RequestHandler; metrics: Registry } {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const duration = new Histogram({
    name: 'seatkeeper_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10],
    registers: [metrics],
  });
  const middleware: RequestHandler = (req, res, next) => {
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
      };
      const { method, route, status } = line;
      duration.observe({ method, route, status }, durationMs / 1000);
      if (status >= 500) log.error(line, 'request failed');
      else log[route === '/healthz' || route === '/readyz' ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
  return { middleware, metrics };
}
