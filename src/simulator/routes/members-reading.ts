import type { team } from 'dropbox';
import type { Page } from '../members/listing.ts';
import { type MemberInfo, memberInfo } from '../members/member-info.ts';
import { ROLES } from '../members/roles.ts';
import type { Selector } from '../members/roster.ts';
import { type Route, refusal, type TeamCall, teamRoute } from '../rpc/route.ts';
import { bool, integer, list, required, selector, struct, text, withDefault } from '../rpc/shapes.ts';
import { beholderOf } from './beholder.ts';
import { pageFaultOf } from './page-fault.ts';

function pageResult({ call, page }: { call: TeamCall; page: Page }): team.MembersListV2Result {
  const beholder = beholderOf(call);
  return {
    members: page.members.map((member) => memberInfo({ member, beholder })),
    cursor: page.cursor,
    has_more: page.hasMore,
  };
}

const listMembers = teamRoute<team.MembersListArg, team.MembersListV2Result>({
  name: 'team/members/list_v2',
  scope: 'members.read',
  argument: struct({
    limit: withDefault(integer({ min: 1, max: 1000 }), 1000),
    include_removed: withDefault(bool, false),
  }),
  handle(call, { limit = 1000, include_removed: includeRemoved = false }) {
    const fault = pageFaultOf(call);
    const page = call.world.listings.begin({ team: call.team, limit, includeRemoved, fault });
    return pageResult({ call, page });
  },
});

const listMembersContinue = teamRoute<team.MembersListContinueArg, team.MembersListV2Result>({
  name: 'team/members/list/continue_v2',
  scope: 'members.read',
  argument: struct({ cursor: required(text()) }),
  // Neither `limit` nor `include_removed` here: the cursor carries them.
  handle(call, { cursor }) {
    const spoilt = call.fault?.kind === 'invalid_cursor';
    const page = spoilt
      ? null
      : call.world.listings.proceed({ team: call.team, cursor, fault: pageFaultOf(call) });
    if (page === null) throw refusal<team.MembersListContinueError>({ '.tag': 'invalid_cursor' });
    return pageResult({ call, page });
  },
});

/** What was asked for, as it stands in `id_not_found`. */
function sentId(user: Selector): string {
  switch (user['.tag']) {
    case 'team_member_id':
      return user.team_member_id;
    case 'external_id':
      return user.external_id;
    case 'email':
      return user.email;
  }
}

/** Answers stand in the order of the questions, unknown ids in place: nothing here is a 409. */
const getInfo = teamRoute<team.MembersGetInfoV2Arg, team.MembersGetInfoV2Result>({
  name: 'team/members/get_info_v2',
  scope: 'members.read',
  argument: struct({ members: required(list(selector)) }),
  handle(call, { members }) {
    const beholder = beholderOf(call);
    const { settings } = call.world;
    return {
      members_info: members.map((user): team.MembersGetInfoItemV2 => {
        const member = call.team.roster.find(user);
        const hidden = member?.status.kind === 'removed' && !settings.removedVisibleInGetInfo;
        if (member === undefined || hidden) return { '.tag': 'id_not_found', id_not_found: sentId(user) };
        const info: MemberInfo = memberInfo({ member, beholder });
        return { '.tag': 'member_info', ...info };
      }),
    };
  },
});

const getAvailableRoles = teamRoute<void, team.MembersGetAvailableTeamMemberRolesResult>({
  name: 'team/members/get_available_team_member_roles',
  scope: 'members.read',
  argument: null,
  handle: () => ({ roles: [...ROLES] }),
});

export const MEMBER_READING_ROUTES: readonly Route[] = [
  listMembers,
  listMembersContinue,
  getInfo,
  getAvailableRoles,
];
