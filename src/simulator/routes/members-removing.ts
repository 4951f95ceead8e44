import type { async, team } from 'dropbox';
import { recoverMember } from '../changes/recovery.ts';
import { applyRemoval, checkRemoval, type RemoveArg, type RemoveError } from '../changes/removal.ts';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import { bool, optional, required, selector, struct, text, withDefault } from '../rpc/shapes.ts';
import { launchedAsJob, polledJob } from './launching.ts';

const remove = teamRoute<RemoveArg, async.LaunchEmptyResult>({
  name: 'team/members/remove',
  scope: 'members.delete',
  argument: struct({
    user: required(selector),
    // True unless it was sent: forgetting it wipes the person's devices.
    wipe_data: withDefault(bool, true),
    transfer_dest_id: optional(selector),
    transfer_admin_id: optional(selector),
    keep_account: withDefault(bool, false),
    retain_team_shares: withDefault(bool, false),
    permanently_delete_files: withDefault(bool, false),
  }),
  handle(call, argument) {
    const { world, team: home } = call;
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const member = checkRemoval({ change, argument });
    if ('.tag' in member) throw refusal<RemoveError>(member);
    const job = launchedAsJob({ call, route: 'team/members/remove', argument });
    if (job !== null) return { '.tag': 'async_job_id', async_job_id: job };
    applyRemoval({ change, argument, member });
    return { '.tag': 'complete' };
  },
});

const removeJobStatus = teamRoute<async.PollArg, async.PollEmptyResult>({
  name: 'team/members/remove/job_status/get',
  scope: 'members.delete',
  argument: struct({ async_job_id: required(text({ min: 1 })) }),
  handle(call, { async_job_id: id }) {
    const job = polledJob({ call, route: 'team/members/remove', id });
    if (job === null) return { '.tag': 'in_progress' };
    // This union has no `failed`: a job that broke can only say so as an error.
    if (job.state === 'failed') throw refusal<async.PollError>({ '.tag': 'internal_error' });
    return { '.tag': 'complete' };
  },
});

const recover = teamRoute<team.MembersRecoverArg, void>({
  name: 'team/members/recover',
  scope: 'members.delete',
  argument: struct({ user: required(selector) }),
  handle({ world, team: home }, { user }) {
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const error = recoverMember({ change, user });
    if (error !== null) throw refusal<team.MembersRecoverError>(error);
  },
});

export const MEMBER_REMOVING_ROUTES: readonly Route[] = [remove, removeJobStatus, recover];
