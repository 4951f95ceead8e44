import type { team_log } from 'dropbox';
import type { AuditPage } from '../audit/audit-log.ts';
import { EVENT_CATEGORIES, EVENT_TYPES } from '../audit/event-types.ts';
import { eventWriter, type TeamEvent } from '../audit/team-event.ts';
import { dropboxTimestamp } from '../clock.ts';
import { type Route, refusal, type TeamCall, teamRoute } from '../rpc/route.ts';
import { integer, optional, required, struct, tag, text, timestamp, withDefault } from '../rpc/shapes.ts';
import { pageFaultOf } from './page-fault.ts';

interface EventsResult {
  events: TeamEvent[];
  cursor: string;
  has_more: boolean;
}

interface EventsArg {
  limit: number;
  account_id?: string;
  time?: { start_time?: number; end_time?: number };
  category?: string;
  event_type?: string;
}

const resultOf = ({ call, page }: { call: TeamCall; page: AuditPage }): EventsResult => ({
  events: page.entries.map(eventWriter(call.team)),
  cursor: page.cursor,
  has_more: page.hasMore,
});

const getEvents = teamRoute<EventsArg, EventsResult>({
  name: 'team_log/get_events',
  scope: 'events.read',
  argument: struct({
    limit: withDefault(integer({ min: 1, max: 1000 }), 1000),
    account_id: optional(text({ min: 40, max: 40 })),
    time: optional(struct({ start_time: optional(timestamp), end_time: optional(timestamp) })),
    category: optional(tag(EVENT_CATEGORIES)),
    event_type: optional(tag(EVENT_TYPES)),
  }),
  handle(call, { limit, account_id: accountId, time = {}, category, event_type: type }) {
    const { start_time: startMs = null, end_time: endMs = null } = time;
    if (category !== undefined && type !== undefined) {
      throw refusal<team_log.GetTeamEventsError>({ '.tag': 'invalid_filters' });
    }
    if (startMs !== null && endMs !== null && startMs >= endMs) {
      throw refusal<team_log.GetTeamEventsError>({ '.tag': 'invalid_time_range' });
    }
    const person = accountId === undefined ? undefined : call.team.roster.findByAccountId(accountId);
    if (accountId !== undefined && person === undefined) {
      throw refusal<team_log.GetTeamEventsError>({ '.tag': 'account_id_not_found' });
    }
    const page = call.team.audit.begin({
      filter: {
        startMs,
        endMs,
        member: person?.index ?? null,
        category: category ?? null,
        type: type ?? null,
      },
      limit,
      fault: pageFaultOf(call),
    });
    return resultOf({ call, page });
  },
});

const getEventsContinue = teamRoute<team_log.GetTeamEventsContinueArg, EventsResult>({
  name: 'team_log/get_events/continue',
  scope: 'events.read',
  argument: struct({ cursor: required(text()) }),
  handle(call, { cursor }) {
    const spoilt = call.fault?.kind === 'invalid_cursor';
    const page = spoilt
      ? ({ kind: 'bad_cursor' } as const)
      : call.team.audit.proceed({ cursor, fault: pageFaultOf(call) });
    if ('entries' in page) return resultOf({ call, page });
    if (page.kind === 'bad_cursor') {
      throw refusal<team_log.GetTeamEventsContinueError>({ '.tag': 'bad_cursor' });
    }
    const reset = dropboxTimestamp(page.atMs);
    throw refusal<team_log.GetTeamEventsContinueError>({ '.tag': 'reset', reset });
  },
});

export const TEAM_LOG_ROUTES: readonly Route[] = [getEvents, getEventsContinue];
