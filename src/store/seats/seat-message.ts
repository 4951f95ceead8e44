/** What a lifecycle is begun with and told: a seat by its references, with no name and no address. */
import { and, eq } from 'drizzle-orm';
import { connectionSettings, connections, people, seats } from '../../../drizzle/schema.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SeatState } from '../../domain/seat.ts';
import { type LifecycleSettings, lifecycleSettings } from '../../domain/settings.ts';
import type { Queryable } from '../database.ts';

export type SeatMessage = {
  workflowId: string;
  state: SeatState;
  /** The connection's. */
  slug: string;
  personRef: string;
  plan: Plan;
  settings: LifecycleSettings;
};

/** @returns undefined when there is no such seat */
export async function seatMessage({
  db,
  seatId,
}: {
  db: Queryable;
  seatId: string;
}): Promise<SeatMessage | undefined> {
  const [row] = await db
    .select({
      workflowId: seats.workflowId,
      state: seats.state,
      slug: connections.slug,
      personRef: people.ref,
      plan: seats.plan,
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
  if (row === undefined) return undefined;
  const { version, ...message } = row;
  return { ...message, settings: lifecycleSettings({ settings: row.settings, version }) };
}
