import type { async, team } from 'dropbox';
import { addMember } from '../changes/adding.ts';
import type { Change } from '../changes/change.ts';
import { type Route, teamRoute } from '../rpc/route.ts';
import {
  bool,
  EMAIL,
  EXTERNAL_ID,
  list,
  NAME_PART,
  optional,
  required,
  struct,
  text,
  withDefault,
} from '../rpc/shapes.ts';
import { launchedAsJob, polledJob } from './launching.ts';

/** From the route's description; the type itself has no limit. */
const ADDS_PER_CALL = 20;

const newMember = struct({
  member_email: required(EMAIL),
  member_given_name: optional(NAME_PART),
  member_surname: optional(NAME_PART),
  member_external_id: optional(EXTERNAL_ID),
  member_persistent_id: optional(text()),
  send_welcome_email: withDefault(bool, true),
  is_directory_restricted: optional(bool),
  role_ids: optional(list(text({ max: 128, pattern: /^pid_dbtmr:.*$/ }), { max: 1 })),
});

/** One after the other: the first can take the last seat, or the address, before the second. */
export const addMembers = ({
  change,
  argument,
}: {
  change: Change;
  argument: team.MembersAddV2Arg;
}): team.MemberAddV2Result[] => argument.new_members.map((entry) => addMember({ change, entry }));

/** Never a 409: everything that can go wrong is said per person, inside a 200. */
const add = teamRoute<team.MembersAddV2Arg, team.MembersAddLaunchV2Result>({
  name: 'team/members/add_v2',
  scope: 'members.write',
  argument: struct({
    new_members: required(list(newMember, { max: ADDS_PER_CALL })),
    force_async: withDefault(bool, false),
  }),
  handle(call, argument) {
    const { world, team: home } = call;
    const forced = argument.force_async ?? false;
    const job = launchedAsJob({ call, route: 'team/members/add_v2', argument, forced });
    if (job !== null) return { '.tag': 'async_job_id', async_job_id: job };
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    return { '.tag': 'complete', complete: addMembers({ change, argument }) };
  },
});

/** Polling changes nothing, and can be repeated after the end. */
const addJobStatus = teamRoute<async.PollArg, team.MembersAddJobStatusV2Result>({
  name: 'team/members/add/job_status/get_v2',
  scope: 'members.write',
  argument: struct({ async_job_id: required(text({ min: 1 })) }),
  handle(call, { async_job_id: id }) {
    const job = polledJob({ call, route: 'team/members/add_v2', id });
    if (job === null) return { '.tag': 'in_progress' };
    if (job.state === 'failed') return { '.tag': 'failed', failed: 'The members could not be added.' };
    return { '.tag': 'complete', complete: job.result as team.MemberAddV2Result[] };
  },
});

export const MEMBER_ADDING_ROUTES: readonly Route[] = [add, addJobStatus];
