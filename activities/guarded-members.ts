/** Members that are neither suspended nor removed, whatever the plan says: refused before Dropbox is called. */
import type { AttentionCode } from '../src/domain/seat.ts';
import type { Member } from '../src/dropbox/members.ts';
import type { Turn } from './seat-step.ts';

/** @returns why not, or null when nothing is in the way */
export async function refusalBeforeCall({
  begun: { connection },
  member: { teamMemberId },
}: Pick<Turn, 'begun'> & { member: Member }): Promise<AttentionCode | null> {
  return teamMemberId === connection.adminMemberId ? 'connecting_admin' : null;
}
