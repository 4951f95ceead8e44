import type { TeamEvent } from '../../src/simulator/audit/team-event.ts';
import type { ConnectedApp } from './connected-app.ts';

export interface EventsResult {
  events: TeamEvent[];
  cursor: string;
  has_more: boolean;
}

/** Reads the log to its end; the pages, so that their sizes can be looked at, and the last cursor. */
export async function readLog(
  app: ConnectedApp,
  argument: object = {},
): Promise<{ pages: TeamEvent[][]; events: TeamEvent[]; cursor: string }> {
  const first = await app.json<EventsResult>('team_log/get_events', argument);
  return goOn(app, first);
}

/** What came in since, by a cursor that had come to the end. */
export async function pollLog(
  app: ConnectedApp,
  cursor: string,
): Promise<{ events: TeamEvent[]; cursor: string }> {
  return goOn(app, await app.json<EventsResult>('team_log/get_events/continue', { cursor }));
}

async function goOn(app: ConnectedApp, first: EventsResult) {
  const pages = [first.events];
  let page = first;
  while (page.has_more) {
    page = await app.json<EventsResult>('team_log/get_events/continue', { cursor: page.cursor });
    pages.push(page.events);
  }
  return { pages, events: pages.flat(), cursor: page.cursor };
}

/** Events have no id: what they say is what they are. */
export const sorted = (events: Iterable<TeamEvent>): string[] =>
  [...events].map((event) => JSON.stringify(event)).sort();

export const typesOf = (events: readonly TeamEvent[]): string[] =>
  events.map((event) => event.event_type['.tag']);

export const isoOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
