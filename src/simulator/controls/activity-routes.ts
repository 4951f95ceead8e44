import express, { type Router } from 'express';
import { SimulatorUsageError } from '../settings.ts';
import type { Activity } from './activity.ts';
import type { EventInput } from './event-input.ts';

/** Many events in one request: a quarter of a million fit. */
const BULK_LIMIT = '64mb';

/** Before the other controls, whose bodies are small. */
export function activityRouter(activity: Activity): Router {
  const router = express.Router();
  router.post('/events', express.text({ type: () => true, limit: BULK_LIMIT }), (request, response) => {
    const text: unknown = request.body;
    response.status(201).json(activity.addEvents(eventsIn(typeof text === 'string' ? text : '')));
  });
  router.delete('/events', (request, response) => {
    activity.clearEvents(request.query.team === undefined ? {} : { team: Number(request.query.team) });
    response.status(204).end();
  });
  router.use(express.json({ limit: '1mb' }));
  // Taken at their word, as all controls are; what cannot be is said as 400.
  router.post('/cursors/reset', (request, response) => {
    activity.resetCursors((request.body ?? {}) as never);
    response.status(204).end();
  });
  router.post('/devices', (request, response) => {
    activity.setDevices((request.body ?? {}) as never);
    response.status(204).end();
  });
  return router;
}

/** A list, `{"team": 0, "events": [...]}`, one event, or one event a line. */
function eventsIn(text: string): { team?: number; events: readonly EventInput[] } {
  const body = parsed(text);
  if (Array.isArray(body)) return { events: body };
  if (typeof body !== 'object' || body === null) {
    throw new SimulatorUsageError('The body is a list of events, or one event a line.');
  }
  if (!('events' in body)) return { events: [body as EventInput] };
  if (!Array.isArray(body.events)) throw new SimulatorUsageError('"events" is a list.');
  const team = 'team' in body && typeof body.team === 'number' ? body.team : 0;
  return { team, events: body.events };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line));
  }
}
