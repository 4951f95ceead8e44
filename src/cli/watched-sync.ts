/** A run of the sync, followed to its end, phase by phase. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listSyncs, requestSync } from '../http/contract/connections.ts';
import type { Answer, Api } from './api/client.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';
import { bar, type Step, showSteps } from './screen/progress.ts';
import { seconds } from './screen/words.ts';

export type SyncRun = Answer<typeof requestSync>;
type Phase = SyncRun['phase'];

const LOOK_EVERY_MS = 500;
/** A worker takes a run up within a second. */
const WORKER_IS_LATE_MS = 15_000;

const TITLES: Partial<Record<string, string>> = {
  members: 'Reading the members',
  activity: 'Reading the activity',
  licences: 'Reading the licences',
  compare: 'Comparing',
};

/** In the order of the contract, which is that of a run; `done` is none. */
const PHASES: readonly Phase[] = requestSync.answer.shape.phase.options;
const place = (phase: Phase): number => PHASES.indexOf(phase);

/**
 * @returns the run as it ended
 * @throws CliFailure where it failed, with its problem
 */
export async function watchSync({
  cli,
  api,
  connection,
  begun,
  quiet,
}: {
  cli: Pick<Cli, 'screen' | 'signal'>;
  api: Api;
  connection: string;
  begun: SyncRun;
  quiet: boolean;
}): Promise<SyncRun> {
  let run = begun;
  const look = async (): Promise<void> => {
    await sleep(LOOK_EVERY_MS, undefined, { signal: cli.signal });
    const { items } = await api.call(listSyncs, { params: { connection }, query: { limit: '20' } });
    run = items.find(({ id }) => id === begun.id) ?? run;
  };
  const step = (phase: Phase): Step => ({
    title: TITLES[phase] ?? phase,
    run: async (report) => {
      const since = Date.now();
      while (run.status === 'running' && place(run.phase) <= place(phase)) {
        if (run.phase === phase) report(howFar({ run, waitedMs: Date.now() - since }));
        await look();
      }
      if (run.status === 'failed') throw failed({ run, connection });
    },
  });
  await showSteps({ screen: cli.screen, quiet, steps: PHASES.filter((phase) => phase !== 'done').map(step) });
  // Past the last phase it may still have to close its row.
  while (run.status === 'running') await look();
  if (run.status === 'failed') throw failed({ run, connection });
  return run;
}

function howFar({ run, waitedMs }: { run: SyncRun; waitedMs: number }): string {
  const { processed: done, total, problem, phase } = run;
  if (problem !== undefined) return `${problem.detail} ${problem.nextStep}`;
  if (phase === PHASES[0] && done === 0 && waitedMs > WORKER_IS_LATE_MS) {
    return 'has not begun yet; does a worker run?';
  }
  return bar({ done, total });
}

function failed({ run: { problem }, connection }: { run: SyncRun; connection: string }): CliFailure {
  return new CliFailure({
    exit: 'failed',
    message: `The sync of ${connection} failed: ${problem?.detail ?? 'no reason was recorded.'}`,
    nextStep: problem?.nextStep,
  });
}

export const syncText = ({ run, connection }: { run: SyncRun; connection: string }): string => {
  const tookMs = Date.parse(run.finishedAt ?? run.startedAt) - Date.parse(run.startedAt);
  return `The sync of ${connection} is done, after ${seconds(tookMs)}.`;
};
