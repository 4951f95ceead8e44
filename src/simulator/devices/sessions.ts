import { hash32, share } from '../random.ts';
import { type DeviceKind, deviceSessionId } from './session-ids.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SALT = { count: 41, created: 42, updated: 43, stale: 44 } as const;

export interface Session {
  readonly id: string;
  readonly createdAtMs: number | null;
  /** The session's last activity; Dropbox may leave it out. */
  readonly updatedAtMs: number | null;
}

export type MemberSessions = Readonly<Record<DeviceKind, readonly Session[]>>;

/** Sessions that were given to a member by hand, in place of what he would have. */
export interface SetSessions {
  readonly member: number;
  readonly given: MemberSessions;
}

/** Sessions that somebody has without being given any, as a pure function of the seed and the day. */
export function generatedSessions({
  team,
  seed,
  member,
  lastOwnMs,
  epochMs,
  nowMs,
}: {
  team: number;
  seed: number;
  member: number;
  /** When the member's own activity ended; Infinity while it goes on. */
  lastOwnMs: number;
  epochMs: number;
  nowMs: number;
}): MemberSessions {
  const lot = hash32(seed, member, SALT.count);
  const counts = { web: lot % 3, desktop: (lot >>> 4) % 7 < 5 ? 1 : 0, mobile: (lot >>> 8) % 5 < 2 ? 1 : 0 };
  // A computer that still syncs for one in ten of those whose log is silent: newer than any event.
  const syncsOn = (lot >>> 12) % 10 === 0;
  // Moves on once a day, so that two looks on the same day agree.
  const todayMs = epochMs + Math.floor((nowMs - epochMs) / DAY_MS) * DAY_MS;
  const session = (kind: DeviceKind, number: number): Session => {
    const salt = SALT.updated + kind.length * 8 + number;
    const isLive = lastOwnMs === Number.POSITIVE_INFINITY || (kind === 'desktop' && syncsOn);
    const endMs = isLive ? todayMs - HOUR_MS : Math.max(lastOwnMs, epochMs - 400 * DAY_MS);
    const updatedAtMs = endMs - Math.floor(share(seed, member, salt) * 6 * DAY_MS);
    const age = share(seed, member, salt + SALT.created) * 300 * DAY_MS;
    return {
      id: deviceSessionId({ team, member, kind, number }),
      createdAtMs: Math.min(updatedAtMs, epochMs) - Math.floor(age),
      // Seldom, and optional in the specification: a session that does not say.
      updatedAtMs: hash32(seed, member, salt + SALT.stale) % 40 === 0 ? null : updatedAtMs,
    };
  };
  const of = (kind: DeviceKind) => Array.from({ length: counts[kind] }, (_, number) => session(kind, number));
  const hasNone = lastOwnMs === Number.NEGATIVE_INFINITY && !syncsOn;
  return hasNone
    ? { web: [], desktop: [], mobile: [] }
    : { web: of('web'), desktop: of('desktop'), mobile: of('mobile') };
}
