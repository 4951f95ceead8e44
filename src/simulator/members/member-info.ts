import type { team, users } from 'dropbox';
import { dropboxTimestamp } from '../clock.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Team } from '../team.ts';
import { isRecoverable, type Member } from './member.ts';
import { ROLES } from './roles.ts';

/** The SDK's declarations are older than the specification, which also requires `root_folder_id`. */
export type MemberInfo = team.TeamMemberInfoV2 & { profile: { root_folder_id: string } };

export interface Beholder {
  readonly team: Team;
  readonly settings: SimulatorSettings;
  readonly nowMs: number;
  readonly recoverWindowMs: number;
}

/** A member in the words of the API. Optional fields without a value are absent, never null. */
export function memberInfo({ member, beholder }: { member: Member; beholder: Beholder }): MemberInfo {
  const { settings, team } = beholder;
  const { status } = member;
  // Numbers, as texts, that no two members share.
  const folder = String(2_000_000_000 + team.index * 500_000_000 + member.index * 2);
  const email =
    status.kind === 'removed' && settings.removedEmailRewritten ? rewritten(member) : member.email;
  const profile: MemberInfo['profile'] = {
    team_member_id: member.teamMemberId,
    ...(member.externalId === null ? {} : { external_id: member.externalId }),
    account_id: member.accountId,
    email,
    email_verified: member.emailVerified,
    secondary_emails: [],
    status: statusOf({ member, beholder }),
    name: nameOf({ member, hidden: status.kind === 'invited' && !settings.invitedNamesVisible }),
    membership_type: { '.tag': 'full' },
    ...(status.kind === 'invited' && member.invitedAtMs !== null
      ? { invited_on: dropboxTimestamp(member.invitedAtMs) }
      : {}),
    ...(member.joinedAtMs === null ? {} : { joined_on: dropboxTimestamp(member.joinedAtMs) }),
    ...(status.kind === 'suspended' && member.suspendedAtMs !== null
      ? { suspended_on: dropboxTimestamp(member.suspendedAtMs) }
      : {}),
    ...(member.persistentId === null ? {} : { persistent_id: member.persistentId }),
    ...(member.directoryRestricted === null ? {} : { is_directory_restricted: member.directoryRestricted }),
    groups: status.kind === 'removed' ? [] : [team.everyoneGroupId],
    member_folder_id: folder,
    root_folder_id: String(Number(folder) + 1),
  };
  // Live listings have no `roles` at all on invited members, and an empty list on plain ones.
  if (status.kind === 'invited' && member.roleIds.length === 0) return { profile };
  return { profile, roles: rolesOf(member) };
}

const rolesOf = (member: Member): team.TeamMemberRole[] =>
  ROLES.filter(({ role_id }) => member.roleIds.includes(role_id));

function statusOf({ member, beholder }: { member: Member; beholder: Beholder }): team.TeamMemberStatus {
  const { status } = member;
  if (status.kind !== 'removed') return { '.tag': status.kind };
  return {
    '.tag': 'removed',
    is_recoverable: isRecoverable({ member, ...beholder }),
    is_disconnected: status.disconnected,
  };
}

function nameOf({ member, hidden }: { member: Member; hidden: boolean }): users.Name {
  const given_name = hidden ? '' : member.givenName;
  const surname = hidden ? '' : member.surname;
  return {
    given_name,
    surname,
    familiar_name: given_name,
    display_name: `${given_name} ${surname}`.trim(),
    abbreviated_name: `${[...given_name][0] ?? ''}${[...surname][0] ?? ''}`,
  };
}

const rewritten = ({ email, index }: Member): string => email.replace('@', `+removed-${index}@`);
