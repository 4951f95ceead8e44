import type { Member } from './member.ts';

/** The dates of a membership, without the names: enough to know when somebody can have done something. */
export interface MemberLife {
  /** Null for whoever never joined. */
  readonly joinedAtMs: number | null;
  /** When the member was suspended or removed. */
  readonly endedAtMs: number | null;
}

export function lifeOf({ joinedAtMs, status, suspendedAtMs }: Member): MemberLife {
  if (status.kind === 'removed') return { joinedAtMs, endedAtMs: status.atMs };
  return { joinedAtMs, endedAtMs: status.kind === 'suspended' ? suspendedAtMs : null };
}
