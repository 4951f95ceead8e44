/** What a read-back showed of one member. A sync's page that was fetched earlier does not overwrite it. */
import { lt } from 'drizzle-orm';
import { members } from '../../drizzle/schema.ts';
import { emailKey } from './claims/email-key.ts';
import type { Queryable } from './database.ts';
import type { StagedMember } from './sync/staged-member.ts';

/** @param seenAt Dropbox's clock */
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
