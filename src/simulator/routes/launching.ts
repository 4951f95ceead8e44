import type { async } from 'dropbox';
import type { JobRoute } from '../jobs.ts';
import { refusal, type TeamCall } from '../rpc/route.ts';

/** The job id, if this write runs as a job: asked for, by a fault, or by the setting's chance. */
export function launchedAsJob({
  call,
  route,
  argument,
  forced = false,
}: {
  call: TeamCall;
  route: JobRoute;
  argument: unknown;
  forced?: boolean;
}): string | null {
  const { world, team, fault } = call;
  const byFault = fault?.kind === 'job' ? fault : null;
  const isJob = forced || byFault !== null || world.random.happens(world.settings.asyncProbability);
  if (!isJob) return null;
  return world.jobs.launch({
    route,
    team: team.index,
    argument,
    ...(byFault === null ? {} : { outcome: byFault.outcome }),
    ...(byFault?.durationMs === undefined ? {} : { durationMs: byFault.durationMs }),
  });
}

/** `internal_error` and an unknown id are refusals, not ends. */
export type EndedJob = { state: 'complete'; result: unknown } | { state: 'failed' };

/** Null while the job runs. Throws the refusals of `async.PollError`. */
export function polledJob({
  call,
  route,
  id,
}: {
  call: TeamCall;
  route: JobRoute;
  id: string;
}): EndedJob | null {
  const job = call.world.jobs.poll({ id, route, team: call.team.index });
  switch (job.state) {
    case 'in_progress':
      return null;
    case 'complete':
    case 'failed':
      return job;
    case 'internal_error':
      throw refusal<async.PollError>({ '.tag': 'internal_error' });
    case 'unknown':
      throw refusal<async.PollError>({ '.tag': 'invalid_async_job_id' });
  }
}
