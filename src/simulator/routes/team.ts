import type { team } from 'dropbox';
import { memberInfo } from '../members/member-info.ts';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import { provisionedSeats } from '../team.ts';
import { beholderOf } from './beholder.ts';

/** Newer policies, which the SDK's declarations do not know yet, are part of today's answers. */
const POLICIES = {
  sharing: {
    shared_folder_member_policy: { '.tag': 'anyone' },
    shared_folder_join_policy: { '.tag': 'from_anyone' },
    shared_link_create_policy: { '.tag': 'default_public' },
    group_creation_policy: { '.tag': 'admins_and_members' },
    shared_folder_link_restriction_policy: { '.tag': 'anyone' },
    enforce_link_password_policy: { '.tag': 'optional' },
    default_link_expiration_days_policy: { '.tag': 'none' },
    shared_link_default_permissions_policy: { '.tag': 'default' },
  },
  emm_state: { '.tag': 'disabled' },
  office_addin: { '.tag': 'enabled' },
  suggest_members_policy: { '.tag': 'enabled' },
  top_level_content_policy: { '.tag': 'everyone' },
} as const;

/** `num_used_licenses` has a default, so an answer may lack it; the SDK's type does not say so. */
type GetInfoResult = Omit<team.TeamGetInfoResult, 'num_used_licenses'> &
  Partial<Pick<team.TeamGetInfoResult, 'num_used_licenses'>>;

const getInfo = teamRoute<void, GetInfoResult>({
  name: 'team/get_info',
  scope: 'team_info.read',
  argument: null,
  handle({ world, team: home }) {
    const { settings } = world;
    const provisioned = provisionedSeats({ team: home, settings });
    return {
      name: home.name,
      team_id: home.id,
      num_licensed_users: home.licences,
      num_provisioned_users: settings.reportedProvisionedUsers ?? provisioned,
      ...(settings.usedLicencesAbsent
        ? {}
        : { num_used_licenses: settings.reportedUsedLicences ?? provisioned }),
      policies: POLICIES,
    };
  },
});

const getAuthenticatedAdmin = teamRoute<void, team.TokenGetAuthenticatedAdminResult>({
  name: 'team/token/get_authenticated_admin',
  scope: 'team_info.read',
  argument: null,
  handle(call) {
    const { grant, team: home } = call;
    if (grant.admin === null) {
      throw refusal<team.TokenGetAuthenticatedAdminError>({ '.tag': 'mapping_not_found' });
    }
    const admin = home.roster.at(grant.admin);
    if (admin.status.kind !== 'active' || admin.roleIds.length === 0) {
      throw refusal<team.TokenGetAuthenticatedAdminError>({ '.tag': 'admin_not_active' });
    }
    return { admin_profile: memberInfo({ member: admin, beholder: beholderOf(call) }).profile };
  },
});

export const TEAM_ROUTES: readonly Route[] = [getInfo, getAuthenticatedAdmin];
