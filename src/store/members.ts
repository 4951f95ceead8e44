/** The members of a team, as Dropbox showed them last. */
import { and, eq, lt } from 'drizzle-orm';
import { members } from '../../drizzle/schema.ts';
import type { MemberStatus } from '../domain/seat.ts';
import { emailKey } from './claims/email-key.ts';
import type { Queryable, Transaction } from './database.ts';
import type { StagedMember } from './sync/staged-member.ts';

/**
 * What a read-back showed of one member. A sync's page that was fetched earlier does not overwrite it.
 * @param seenAt Dropbox's clock
 */
export async function rememberMember({
  db,
  connectionId,
  member,
  seenAt,
}: {
  db: Queryable;
  connectionId: string;
  member: StagedMember;
  seenAt: Date;
}): Promise<void> {
  const row = { ...member, emailKey: emailKey(member.email), seenAt };
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

/** As last seen; undefined of a member that nobody has seen. */
export async function knownMember({
  tx,
  connectionId,
  teamMemberId,
}: {
  tx: Transaction;
  connectionId: string;
  teamMemberId: string;
}): Promise<{ emailKey: string; status: MemberStatus } | undefined> {
  const [row] = await tx
    .select({ emailKey: members.emailKey, status: members.status })
    .from(members)
    .where(and(eq(members.connectionId, connectionId), eq(members.teamMemberId, teamMemberId)));
  return row;
}
