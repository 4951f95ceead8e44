/** The members of a team, as Dropbox showed them last. */
import { and, eq, lt } from 'drizzle-orm';
import { members } from '../../drizzle/schema.ts';
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

/** Of the address that the member had when last seen; null of a member that nobody has seen. */
export async function knownEmailKey({
  tx,
  connectionId,
  teamMemberId,
}: {
  tx: Transaction;
  connectionId: string;
  teamMemberId: string;
}): Promise<string | null> {
  const [row] = await tx
    .select({ key: members.emailKey })
    .from(members)
    .where(and(eq(members.connectionId, connectionId), eq(members.teamMemberId, teamMemberId)));
  return row?.key ?? null;
}
