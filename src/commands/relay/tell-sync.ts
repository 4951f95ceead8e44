/** Outbox rows of a connection → its Schedule, and syncs that somebody asked for. */
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { TASK_QUEUE, TEAM_SYNC, type TeamSyncInput, teamSyncId } from '../../../workflows/messages.ts';
import type { ConnectionRow } from '../../store/connections.ts';
import type { Database } from '../../store/database.ts';
import { openConnection } from '../../store/open-connection.ts';

const DAY_MS = 86_400_000;

/** Daily, at the time of day of the first sync, so that many connections spread by themselves. */
const scheduleOf = ({ id: connectionId, slug, createdAt }: ConnectionRow) => ({
  spec: { intervals: [{ every: DAY_MS, offset: createdAt.getTime() % DAY_MS }], jitter: '10 minutes' },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
  action: {
    type: 'startWorkflow' as const,
    workflowType: TEAM_SYNC,
    workflowId: teamSyncId(slug),
    taskQueue: TASK_QUEUE,
    args: [{ connectionId, slug } satisfies TeamSyncInput],
    staticSummary: `Daily sync of ${slug}`,
    staticDetails:
      `Compares the Dropbox team \`${slug}\` with what Seatkeeper knows. **Current details** say which phase ` +
      'it is in; a run that failed changed nothing.',
  },
});

/**
 * @param refresh writes one that is there anew, so that its input is encrypted with the present key. It has no memo,
 * because a memo cannot be written anew.
 */
async function ensureSchedule({
  client,
  connection,
  refresh = false,
}: {
  client: Client;
  connection: ConnectionRow;
  refresh?: boolean;
}): Promise<void> {
  const scheduleId = teamSyncId(connection.slug);
  const schedule = scheduleOf(connection);
  try {
    await client.schedule.create({ scheduleId, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    if (!refresh) return;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...schedule, state }));
  }
}

export async function deleteSchedule({ client, slug }: { client: Client; slug: string }): Promise<void> {
  try {
    await client.schedule.getHandle(teamSyncId(slug)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

export async function tellSchedule({
  db,
  client,
  connectionId,
  endConnection,
}: {
  db: Database;
  client: Client;
  connectionId: string;
  /** Ends a connection that is disconnecting, once its schedule is gone. */
  endConnection: (connection: ConnectionRow) => Promise<void>;
}): Promise<void> {
  const connection = await openConnection({ db, id: connectionId });
  if (connection === undefined) return;
  if (connection.status !== 'disconnecting') return ensureSchedule({ client, connection, refresh: true });
  await deleteSchedule({ client, slug: connection.slug });
  await endConnection(connection);
}

/**
 * The same run that the Schedule would start. Two triggers within a second count as one (the run's id has that
 * resolution), which is harmless: the second asks for what the first does. Buffered, not skipped: the run before may
 * have closed its row and not yet ended, and skipping would leave the new row waiting for a day.
 */
export async function tellSync({
  db,
  client,
  connectionId,
}: {
  db: Database;
  client: Client;
  connectionId: string;
}): Promise<void> {
  const connection = await openConnection({ db, id: connectionId });
  if (connection === undefined || connection.status === 'disconnecting') return;
  await ensureSchedule({ client, connection });
  await client.schedule.getHandle(teamSyncId(connection.slug)).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}
