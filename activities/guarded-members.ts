/** Members that are neither suspended nor removed, whatever the plan says: refused before Dropbox is called. */
import { isLastAdmin } from '../src/domain/admins.ts';
import type { AttentionCode } from '../src/domain/seat.ts';
import type { Member } from '../src/dropbox/members.ts';
import { rolesOfOthers } from '../src/store/other-admins.ts';
import type { Turn } from './seat-step.ts';

/** @returns why not, or null when nothing is in the way */
export async function refusalBeforeCall({
  deps: { db },
  begun: { connection, settings },
  member: { teamMemberId, roles, status },
}: Pick<Turn, 'deps' | 'begun'> & { member: Member }): Promise<AttentionCode | null> {
  if (teamMemberId === connection.adminMemberId) return 'connecting_admin';
  if (roles.length === 0) return null;
  // Any role, since which of them is the full admin's is not certain.
  if (settings.protectAdmins) return 'admin_protected';
  // Somebody invited or suspended does not administer anything at present.
  if (status !== 'active') return null;
  const others = await rolesOfOthers({ db, connectionId: connection.id, teamMemberId });
  return isLastAdmin({ roles, others }) ? 'last_admin' : null;
}
