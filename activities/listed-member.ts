/** A member as Dropbox reports it, in the columns that we keep. */
import type { Member } from '../src/dropbox/members.ts';
import type { StagedMember } from '../src/store/sync/staged-member.ts';

export const listedMember = (member: Member): StagedMember => ({
  teamMemberId: member.teamMemberId,
  externalId: member.externalId ?? null,
  email: member.email,
  // Until an invitation is accepted Dropbox shows no name.
  name: member.displayName.trim() || member.email,
  status: member.status,
  recoverable: member.recoverable ?? null,
  role: member.roles.map(({ name }) => name).join(', ') || 'member',
  joinedAt: member.joinedAt ?? null,
  invitedAt: member.invitedAt ?? null,
  suspendedAt: member.suspendedAt ?? null,
});
