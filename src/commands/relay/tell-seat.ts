/** One outbox row of a seat → one signal-with-start: the running lifecycle hears it, or a new one begins with it. */
import type { Client } from '@temporalio/client';
import {
  seatChanged,
  TASK_QUEUE,
  USER_LIFECYCLE,
  type UserLifecycleInput,
} from '../../../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import type { Database } from '../../store/database.ts';
import { seatMessage } from '../../store/seats/seat-message.ts';

export async function tellSeat({
  db,
  client,
  seatId,
}: {
  db: Database;
  client: Client;
  seatId: string;
}): Promise<void> {
  const message = await seatMessage({ db, seatId });
  if (message === undefined) return;
  const { workflowId, state, slug, personRef, plan, settings } = message;
  const input: UserLifecycleInput = { seatId, slug, personRef, plan, settings };
  const { SeatState, SeatConnection } = SEARCH_ATTRIBUTES;
  await client.workflow.signalWithStart(USER_LIFECYCLE, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [input],
    signal: seatChanged,
    signalArgs: [{ plan, settings }],
    typedSearchAttributes: [
      { key: SeatState, value: state },
      { key: SeatConnection, value: slug },
    ],
    staticSummary: `Seat of ${personRef} on ${slug}`,
    staticDetails:
      `The life of one person's seat on the Dropbox team \`${slug}\`: invited when they are assigned, removed ` +
      'when they leave, and held for seven days in which the removal can be undone. **Current details** say where ' +
      'it stands and what comes next.',
  });
}
