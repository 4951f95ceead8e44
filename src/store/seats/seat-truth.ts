/** What PostgreSQL knows of a seat, in the shape that may enter a workflow: no names, no addresses. */
import { and, eq, sql } from 'drizzle-orm';
import { connectionSettings, connections, seats } from '../../../drizzle/schema.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SeatView } from '../../domain/seat.ts';
import { type LifecycleSettings, lifecycleSettings } from '../../domain/settings.ts';
import type { Queryable } from '../database.ts';

/** Of a row of `seats`: invited by us, and silently. */
const IS_UNMAILED = sql<boolean>`"seats"."state" = 'invited' and coalesce((
  select (i.choices->>'silent')::boolean from intents i
  where i.seat_id = "seats"."id" and i.action in ('add', 'remind') and i.outcome = 'applied'
  order by i.id desc limit 1), false)`;

export type SeatTruth = { view: SeatView; plan: Plan; settings: LifecycleSettings };

export async function seatTruth({ db, seatId }: { db: Queryable; seatId: string }): Promise<SeatTruth> {
  const [row] = await db
    .select({
      seat: seats,
      settings: connectionSettings.settings,
      version: connectionSettings.version,
      // Correlated by hand: in a select list drizzle would leave the table's name out.
      looseEnds: sql<boolean>`
        exists (select 1 from email_claims c where c.holder_seat_id = "seats"."id")
        or exists (select 1 from email_waiters w where w.seat_id = "seats"."id")
        or exists (select 1 from intents i where i.seat_id = "seats"."id" and i.ended_at is null)`,
      unmailed: IS_UNMAILED,
    })
    .from(seats)
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .innerJoin(
      connectionSettings,
      and(
        eq(connectionSettings.connectionId, connections.id),
        eq(connectionSettings.version, connections.settingsVersion),
      ),
    )
    .where(eq(seats.id, seatId));
  if (row === undefined) throw new Error(`there is no seat ${seatId}`);
  const { seat } = row;
  return {
    plan: seat.plan,
    settings: lifecycleSettings({ settings: row.settings, version: row.version }),
    view: {
      state: seat.state,
      memberStatus: seat.memberStatus,
      profileRevision: seat.profileRevision,
      holdUntil: seat.holdUntil?.toISOString() ?? null,
      waiting: seat.waiting,
      attention: seat.attention,
      skipped: seat.skipped?.action ?? null,
      judgedPlan: seat.judgedPlan,
      judgedSettings: seat.judgedSettings,
      looseEnds: row.looseEnds,
      ...(seat.invitationDue === null ? {} : { due: seat.invitationDue }),
      ...(row.unmailed ? { unmailed: true } : {}),
    },
  };
}
