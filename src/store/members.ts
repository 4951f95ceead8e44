/** What a read-back showed of one member. A sync's page that was fetched earlier does not overwrite it. */
import { lt } from 'drizzle-orm';
import { members } from '../../drizzle/schema.ts';
import type { MemberStatus } from '../domain/seat.ts';
import type { Queryable } from './database.ts';

export type SeenMemberRow = {
  teamMemberId: string;
  externalId: string | null;
  email: string;
  name: string;
  status: MemberStatus;
  recoverable: boolean | null;
  role: string;
  joinedAt: Date | null;
  invitedAt: Date | null;
  suspendedAt: Date | null;
};

/** @param seenAt Dropbox's clock */
export async function rememberMember({
  db,
  connectionId,
  member,
  seenAt,
}: {
  db: Queryable;
  connectionId: string;
  member: SeenMemberRow;
  seenAt: Date;
}): Promise<void> {
  const row = { ...member, emailKey: member.email.toLowerCase(), seenAt };
  await db
    .insert(members)
    .values({ connectionId, ...row })
    .onConflictDoUpdate({
      target: [members.connectionId, members.teamMemberId],
      set: row,
      // Equal seconds: the read-back is of one member and after its write.
      setWhere: lt(members.seenAt, new Date(seenAt.getTime() + 1)),
    });
}
