/** One outbox row of a seat → one signal-with-start: the running lifecycle hears it, or a new one begins with it. */
import type { Client } from '@temporalio/client';
import { and, eq } from 'drizzle-orm';
import { connectionSettings, connections, people, seats } from '../../../drizzle/schema.ts';
import {
  seatChanged,
  TASK_QUEUE,
  USER_LIFECYCLE,
  type UserLifecycleInput,
} from '../../../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { lifecycleSettings } from '../../domain/settings.ts';
import type { Database } from '../../store/database.ts';

export async function tellSeat({
  db,
  client,
  seatId,
}: {
  db: Database;
  client: Client;
  seatId: string;
}): Promise<void> {
  const [row] = await db
    .select({
      seat: seats,
      slug: connections.slug,
      personRef: people.ref,
      settings: connectionSettings.settings,
      version: connectionSettings.version,
    })
    .from(seats)
    .innerJoin(people, eq(people.externalId, seats.personId))
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .innerJoin(
      connectionSettings,
      and(
        eq(connectionSettings.connectionId, connections.id),
        eq(connectionSettings.version, connections.settingsVersion),
      ),
    )
    .where(eq(seats.id, seatId));
  if (row === undefined) return;
  const { seat, slug, personRef } = row;
  const settings = lifecycleSettings({ settings: row.settings, version: row.version });
  const input: UserLifecycleInput = { seatId, slug, personRef, plan: seat.plan, settings };
  const { SeatState, SeatConnection } = SEARCH_ATTRIBUTES;
  await client.workflow.signalWithStart(USER_LIFECYCLE, {
    workflowId: seat.workflowId,
    taskQueue: TASK_QUEUE,
    args: [input],
    signal: seatChanged,
    signalArgs: [{ plan: seat.plan, settings }],
    typedSearchAttributes: [
      { key: SeatState, value: seat.state },
      { key: SeatConnection, value: slug },
    ],
    staticSummary: `Seat of ${personRef} on ${slug}`,
    staticDetails:
      `The life of one person's seat on the Dropbox team \`${slug}\`: invited when they are assigned, removed ` +
      'when they leave, and held for seven days in which the removal can be undone. **Current details** say where ' +
      'it stands and what comes next.',
  });
}
