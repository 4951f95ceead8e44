import type { async, team } from 'dropbox';
import {
  applyTransfer,
  checkTransfer,
  endRecoverability,
  TRANSFER,
  type TransferError,
} from '../changes/transfer.ts';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import { required, selector, struct, text } from '../rpc/shapes.ts';
import { launchedAsJob, polledJob } from './launching.ts';

const transfer = teamRoute<team.MembersDataTransferArg, async.LaunchEmptyResult>({
  name: TRANSFER,
  scope: 'members.write',
  argument: struct({
    user: required(selector),
    transfer_dest_id: required(selector),
    transfer_admin_id: required(selector),
  }),
  handle(call, argument) {
    const { world, team: home } = call;
    const change = { world, team: home, atMs: world.clock.nowMs(), by: 'api' } as const;
    const member = checkTransfer({ change, argument });
    if ('.tag' in member) throw refusal<TransferError>(member);
    const job = launchedAsJob({ call, route: TRANSFER, argument });
    if (job === null) {
      applyTransfer({ change, argument, member });
      return { '.tag': 'complete' };
    }
    endRecoverability({ change, member });
    return { '.tag': 'async_job_id', async_job_id: job };
  },
});

/** Its path ends in `check`; those of the other jobs in `get`. */
const transferJobStatus = teamRoute<async.PollArg, async.PollEmptyResult>({
  name: `${TRANSFER}/job_status/check`,
  scope: 'members.write',
  argument: struct({ async_job_id: required(text({ min: 1 })) }),
  handle(call, { async_job_id: id }) {
    const job = polledJob({ call, route: TRANSFER, id });
    if (job === null) return { '.tag': 'in_progress' };
    // This union has no `failed`: a job that broke can only say so as an error.
    if (job.state === 'failed') throw refusal<async.PollError>({ '.tag': 'internal_error' });
    return { '.tag': 'complete' };
  },
});

export const MEMBER_TRANSFERRING_ROUTES: readonly Route[] = [transfer, transferJobStatus];
