/** How activities are called: queue, time-outs, retries. Failures that retrying cannot cure are not retried. */
import { proxyActivities } from '@temporalio/workflow';
import type { DropboxActivities, RecordActivities } from '../activities/contract.ts';
import { DROPBOX_TASK_QUEUE, TASK_QUEUE } from './messages.ts';

/** Nothing comes back faster than this after an outage, nothing waits longer than 20 s to try again. */
const RETRY = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '20s' } as const;

export const record = proxyActivities<RecordActivities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '5 minutes',
  retry: RETRY,
});

/** One step on one seat is a few calls of at most 30 s each; a worker that died is noticed after 12 s. */
export const dropbox = proxyActivities<DropboxActivities>({
  taskQueue: DROPBOX_TASK_QUEUE,
  startToCloseTimeout: '3 minutes',
  heartbeatTimeout: '12 seconds',
  retry: RETRY,
});

/** A question that changes nothing; the next run asks again. */
export const check = proxyActivities<Pick<DropboxActivities, 'checkConnection'>>({
  taskQueue: DROPBOX_TASK_QUEUE,
  startToCloseTimeout: '2 minutes',
  retry: { ...RETRY, maximumAttempts: 3 },
});

/** A million members take twenty minutes and more; a worker that died is noticed by its missing heartbeat. */
export const listing = proxyActivities<
  Pick<DropboxActivities, 'listMembers' | 'readActivity' | 'readDevices' | 'countLicences' | 'confirmMissing'>
>({
  taskQueue: DROPBOX_TASK_QUEUE,
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '30 seconds',
  retry: RETRY,
});
