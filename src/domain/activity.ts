/** When somebody was last active, how we know, and who is dormant. */
import { isKnownType, SIGNS } from './audit-event-types.ts';

/** The type of the audit event, or the kind of device session. */
export type ActivitySource = `audit_log/${string}` | `device_session/${'web' | 'desktop' | 'mobile'}`;

/** That a member used the account, when, and how we know. */
export type SignOfLife = { teamMemberId: string; at: Date; source: ActivitySource };

/** Of an event of Dropbox's audit log, what decides whose sign of life it is. Much of the log may lack any of it. */
export type AuditEvent = {
  type: string;
  /** Null where it is missing or no time. */
  at: Date | null;
  actor: {
    /** `user`, `admin`, `app`, `dropbox`, `anonymous`, `reseller`, or whatever else Dropbox says. */
    kind: string;
    /** Null for guests, for other teams' people, and where Dropbox left it out. */
    teamMemberId: string | null;
  } | null;
  /** `end_user`, `admin_console`, `sign_in_as`, `api` …; null where the log lacks it. */
  accessMethod: string | null;
  /** On whose behalf it was done, if on behalf of a member. */
  contextMemberId: string | null;
};

/** Sessions that somebody opened for themselves. `sign_in_as` is an admin's, `api` an app's. */
const OWN_SESSIONS: ReadonlySet<string> = new Set([
  'end_user',
  'admin_console',
  'content_manager',
  'enterprise_console',
]);

/** Signs when members do it to themselves; admins do it to others. */
const DONE_TO_OTHERS_BY_ADMINS: ReadonlySet<string> = new Set(['password_reset', 'tfa_reset']);

/**
 * Whose sign of life an event is, if anybody's. Nobody's: what the person did not do by themselves (an admin signed in
 * as them, an app), what an admin did for somebody else, what merely names them as context or participant.
 */
export function signOfLife({
  type,
  at,
  actor,
  accessMethod,
  contextMemberId,
}: AuditEvent): SignOfLife | null {
  if (at === null || actor === null || actor.teamMemberId === null || !SIGNS.has(type)) return null;
  // Where the log lacks the session (old events), it was a person's: apps and Dropbox are actors of their own.
  if (accessMethod !== null && !OWN_SESSIONS.has(accessMethod)) return null;
  const { kind, teamMemberId } = actor;
  const isForOther = contextMemberId !== null && contextMemberId !== teamMemberId;
  const isOwn = kind === 'user' || (kind === 'admin' && !isForOther && !DONE_TO_OTHERS_BY_ADMINS.has(type));
  return isOwn ? { teamMemberId, at, source: `audit_log/${type}` } : null;
}

/** A total order, so that neither the order of arrival nor repetition decides: by time, then by source. */
const isLater = (a: SignOfLife, b: SignOfLife): boolean =>
  a.at.getTime() === b.at.getTime() ? a.source > b.source : a.at > b.at;

/** The latest sign of each member, by id. */
export function latestSigns(signs: Iterable<SignOfLife>): Map<string, SignOfLife> {
  const latest = new Map<string, SignOfLife>();
  for (const sign of signs) {
    const known = latest.get(sign.teamMemberId);
    if (known === undefined || isLater(sign, known)) latest.set(sign.teamMemberId, sign);
  }
  return latest;
}

/** How often each type occurs that nobody has told us about. */
export function countUnknownTypes(events: readonly AuditEvent[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of events) if (!isKnownType(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What is known of a team's audit log (drizzle/tables/usage.ts, `activityLogs`). */
export type LogCoverage = {
  coveredFrom: Date | null;
  coveredThrough: Date | null;
  hasFileEvents: boolean | null;
  /** Something keeps the log from being read. */
  isTroubled: boolean;
};

/** A daily reading that failed once does not make everything unknown. */
const FRESH_FOR_MS = 48 * 3_600_000;

/**
 * Whether a member is dormant; null where that is not known, and for everybody who is not active.
 *
 * 1. `false` if the last activity or joining is within the threshold, whatever the log lacks.
 * 2. `true` if both are older, and the log, file events included, was read without a gap over the whole threshold.
 * 3. "Now" is our clock, or Dropbox's where that is ahead. The log reaches it if it was read within two days.
 *
 * The view `member_dormancy` says the same in SQL; a test holds the two together.
 */
export function dormancy({
  status,
  joinedAt,
  lastActivityAt,
  log,
  dormantAfterMs,
  now,
}: {
  status: string;
  joinedAt: Date | null;
  lastActivityAt: Date | null;
  log: LogCoverage | null;
  dormantAfterMs: number;
  now: Date;
}): boolean | null {
  if (status !== 'active') return null;
  const presentMs = Math.max(now.getTime(), log?.coveredThrough?.getTime() ?? 0);
  const sinceMs = presentMs - dormantAfterMs;
  const lastMs = Math.max(joinedAt?.getTime() ?? -Infinity, lastActivityAt?.getTime() ?? -Infinity);
  if (lastMs >= sinceMs) return false;
  if (lastMs === -Infinity || log === null || log.isTroubled || log.hasFileEvents !== true) return null;
  if (log.coveredFrom === null || log.coveredThrough === null) return null;
  const isSeen =
    log.coveredFrom.getTime() <= sinceMs && log.coveredThrough.getTime() >= presentMs - FRESH_FOR_MS;
  return isSeen ? true : null;
}
