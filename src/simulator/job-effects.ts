import type { team } from 'dropbox';
import { type RemoveArg, removeMember } from './changes/removal.ts';
import { transferFiles } from './changes/transfer.ts';
import type { Job } from './jobs.ts';
import { addMembers } from './routes/members-adding.ts';
import type { World } from './world.ts';

/** Applies a job's effect, dated with the time it fell due. The argument was checked when the job began. */
export function performJob(world: World, job: Job): unknown {
  const change = { world, team: world.team(job.team), atMs: job.dueAtMs, by: 'api' } as const;
  switch (job.route) {
    case 'team/members/add_v2':
      return addMembers({ change, argument: job.argument as team.MembersAddV2Arg });
    case 'team/members/remove':
      removeMember({ change, argument: job.argument as RemoveArg });
      return null;
    case 'team/members/move_former_member_files':
      transferFiles({ change, argument: job.argument as team.MembersDataTransferArg });
      return null;
  }
}
