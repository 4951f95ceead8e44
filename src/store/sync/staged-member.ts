/** One member as a page showed it, and how it goes into staging with COPY. */
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { MemberStatus } from '../../domain/seat.ts';
import { emailKey } from '../claims/email-key.ts';

export type StagedMember = {
  teamMemberId: string;
  externalId: string | null;
  email: string;
  /** Display name, or the address of somebody without one. */
  name: string;
  status: MemberStatus;
  /** Null for everybody who is not removed. */
  recoverable: boolean | null;
  /** Names of the roles, or `member`. */
  role: string;
  joinedAt: Date | null;
  invitedAt: Date | null;
  suspendedAt: Date | null;
};

const COLUMNS =
  'sync_id, team_member_id, external_id, email, email_key, name, status, recoverable, role, ' +
  'joined_at, invited_at, suspended_at, seen_at';

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '' };

/** COPY's text format. PostgreSQL's text cannot hold NUL, so that is left out. */
function field(value: string | boolean | Date | null): string {
  if (value === null) return '\\N';
  if (value instanceof Date) return value.toISOString();
  return String(value).replace(/[\\\t\n\r\0]/g, (found) => ESCAPES[found] ?? '');
}

/**
 * @param seenAt Dropbox's clock when the page was asked for: nothing on it is older
 */
export async function copyIntoStaging({
  client,
  syncId,
  seenAt,
  members,
}: {
  client: pg.PoolClient;
  syncId: string;
  seenAt: Date;
  members: readonly StagedMember[];
}): Promise<void> {
  if (members.length === 0) return;
  const lines = members.map((member) =>
    [
      syncId,
      member.teamMemberId,
      member.externalId,
      member.email,
      emailKey(member.email),
      member.name,
      member.status,
      member.recoverable,
      member.role,
      member.joinedAt,
      member.invitedAt,
      member.suspendedAt,
      seenAt,
    ]
      .map(field)
      .join('\t'),
  );
  const stream = client.query(copyFrom(`copy staged_members (${COLUMNS}) from stdin`));
  await pipeline([`${lines.join('\n')}\n`], stream);
}
