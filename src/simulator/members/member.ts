import type { Situation } from './outcomes.ts';

export type MemberStatus =
  | { kind: 'invited' | 'active' | 'suspended' }
  | {
      kind: 'removed';
      atMs: number;
      /** False when removal was final: cancelled invitation, kept account, files transferred or deleted. */
      recoverable: boolean;
      /** The person keeps the account outside the team. */
      disconnected: boolean;
      before: 'invited' | 'active' | 'suspended';
      /** What became of the files, if anything did. */
      files?: 'transferred' | 'deleted';
    };

/** One member as the simulator keeps it. Times are milliseconds by the simulator's clock. */
export interface Member {
  /** Place in the team's order, and what the ids are made of. Never used again for somebody else. */
  readonly index: number;
  readonly teamMemberId: string;
  readonly accountId: string;
  readonly status: MemberStatus;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly givenName: string;
  readonly surname: string;
  readonly externalId: string | null;
  readonly persistentId: string | null;
  readonly directoryRestricted: boolean | null;
  readonly roleIds: readonly string[];
  readonly invitedAtMs: number | null;
  readonly joinedAtMs: number | null;
  readonly suspendedAtMs: number | null;
}

/** Addresses are compared without regard to case. */
export const emailKey = (email: string): string => email.toLowerCase();

export function isRecoverable({
  member,
  nowMs,
  recoverWindowMs,
}: {
  member: Member;
  nowMs: number;
  recoverWindowMs: number;
}): boolean {
  const { status } = member;
  return status.kind === 'removed' && status.recoverable && nowMs < status.atMs + recoverWindowMs;
}

export function situationOf(question: {
  member: Member | undefined;
  nowMs: number;
  recoverWindowMs: number;
}): Situation {
  const { member } = question;
  if (member === undefined) return 'nobody';
  if (member.status.kind !== 'removed') return member.status.kind;
  return isRecoverable({ ...question, member }) ? 'removed_recoverable' : 'removed_final';
}
