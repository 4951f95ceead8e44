import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import express, { type Router } from 'express';
import type { World } from '../world.ts';
import { deliver } from './delivery.ts';
import { dispatch } from './dispatch.ts';
import { spoiled } from './spoiling.ts';

/** Everything under `/2/`. */
export function rpcRouter(world: World): Router {
  const router = express.Router();
  router.use(express.raw({ type: () => true, limit: '10mb' }));
  router.use(async (request, response) => {
    const route = request.path.slice(1);
    const rawBody = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const body = parsed(rawBody);
    const requestId = randomBytes(16).toString('hex');
    response.setHeader('X-Dropbox-Request-Id', requestId);
    const entry = world.ledger.openCall({ method: request.method, route, body, requestId });
    const fault = world.faults.strike({ route, body });
    entry.fault = fault?.kind ?? null;
    if (world.settings.latencyMs > 0) await pause(world.settings.latencyMs, undefined, { ref: false });
    world.jobs.settle();
    const incoming = {
      method: request.method,
      route,
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      rawBody,
    };
    const delivery = spoiled({ fault, produce: () => dispatch({ world, incoming, entry, fault }) });
    response.setHeader('Date', new Date(world.clock.nowMs()).toUTCString());
    await deliver({ delivery, entry, response });
  });
  return router;
}

/** For the ledger and the faults; the route judges the raw text by itself. */
function parsed(rawBody: string): unknown {
  if (rawBody === '') return null;
  try {
    return JSON.parse(rawBody);
  } catch {
    return rawBody;
  }
}
