import type { team } from 'dropbox';
import { setProfile } from '../changes/profile.ts';
import { suspendMember, unsuspendMember } from '../changes/suspension.ts';
import { sendWelcomeEmail } from '../changes/welcome-email.ts';
import { memberInfo } from '../members/member-info.ts';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import {
  bool,
  EMAIL,
  EXTERNAL_ID,
  NAME_PART,
  optional,
  required,
  type Shape,
  selector,
  struct,
  text,
  withDefault,
} from '../rpc/shapes.ts';
import { beholderOf } from './beholder.ts';

/** Empty has an error of its own (`param_cannot_be_empty`), so it must get past the check of the pattern. */
const emailOrEmpty: Shape<string> = (value, place) => (value === '' ? '' : EMAIL(value, place));

const setMemberProfile = teamRoute<team.MembersSetProfileArg, team.TeamMemberInfoV2Result>({
  name: 'team/members/set_profile_v2',
  scope: 'members.write',
  argument: struct({
    user: required(selector),
    new_email: optional(emailOrEmpty),
    new_external_id: optional(EXTERNAL_ID),
    new_given_name: optional(NAME_PART),
    new_surname: optional(NAME_PART),
    new_persistent_id: optional(text()),
    new_is_directory_restricted: optional(bool),
  }),
  handle(call, argument) {
    const { world, team: home } = call;
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const member = setProfile({ change, argument });
    if ('.tag' in member) throw refusal<team.MembersSetProfileError>(member);
    return { member_info: memberInfo({ member, beholder: beholderOf(call) }) };
  },
});

const suspend = teamRoute<team.MembersDeactivateArg, void>({
  name: 'team/members/suspend',
  scope: 'members.write',
  argument: struct({ user: required(selector), wipe_data: withDefault(bool, true) }),
  handle({ world, team: home }, { user, wipe_data: wipeData = true }) {
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const error = suspendMember({ change, user, wipeData });
    if (error !== null) throw refusal<team.MembersSuspendError>(error);
  },
});

const unsuspend = teamRoute<team.MembersUnsuspendArg, void>({
  name: 'team/members/unsuspend',
  scope: 'members.write',
  argument: struct({ user: required(selector) }),
  handle({ world, team: home }, { user }) {
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const error = unsuspendMember({ change, user });
    if (error !== null) throw refusal<team.MembersUnsuspendError>(error);
  },
});

const welcome = teamRoute<team.UserSelectorArg, void>({
  name: 'team/members/send_welcome_email',
  scope: 'members.write',
  // The argument is the selector itself, not wrapped in `user`.
  argument: selector,
  handle({ world, team: home }, user) {
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const error = sendWelcomeEmail({ change, user });
    if (error !== null) throw refusal<team.MembersSendWelcomeError>(error);
  },
});

export const MEMBER_CHANGING_ROUTES: readonly Route[] = [setMemberProfile, suspend, unsuspend, welcome];
