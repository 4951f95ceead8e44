/** The Schedule that has the grants of all connections tried. One for the whole deployment, made by whoever is first. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { CONNECTION_CHECKS, TASK_QUEUE } from '../../../workflows/messages.ts';

/** Whoever is broken is looked at as often; the hour of the others is counted in PostgreSQL. */
const EVERY = '15 minutes';
const TRY_AGAIN_MS = 60_000;
const CONNECTION_CHECKS_ID = 'connection-checks';

/** Tries until the Schedule is there: a worker does its work without it. */
export function startEnsuringChecks({ client, onTrouble }: { client: Client; onTrouble: () => void }): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    for (;;) {
      try {
        return await ensureChecks(client);
      } catch {
        onTrouble();
        await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function ensureChecks(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: CONNECTION_CHECKS_ID,
      spec: { intervals: [{ every: EVERY }], jitter: '30 seconds' },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: CONNECTION_CHECKS,
        workflowId: CONNECTION_CHECKS_ID,
        taskQueue: TASK_QUEUE,
        args: [],
        staticSummary: 'Tries the grants of the connections that are due',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
