/** The Schedule that has the grants of all connections tried. One for the whole deployment, made by the first worker. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { CONNECTION_CHECKS, TASK_QUEUE } from '../../../workflows/messages.ts';

/** Whoever is broken is looked at as often; the hour of the others is counted in PostgreSQL. */
const EVERY = '15 minutes';

export async function ensureConnectionChecks({ client }: { client: Client }): Promise<void> {
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

const CONNECTION_CHECKS_ID = 'connection-checks';
