/** What happens to one seat, as the record keeps it. */
import { eq } from 'drizzle-orm';
import { connections, people, seats } from '../../../drizzle/schema.ts';
import { type Happening, OURSELVES, type RecordEntry } from '../../domain/record.ts';
import type { Attention, SeatState, SkippedAction, Waiting } from '../../domain/seat.ts';
import type { Transaction } from '../database.ts';
import { appendEntries } from './append-entries.ts';

/** A seat as far as the record tells of it. */
export type SeatMark = {
  state: SeatState;
  attention: Attention | null;
  waiting: Waiting | null;
  skipped: SkippedAction | null;
  holdUntil: Date | null;
};

type About = Required<Pick<RecordEntry, 'person' | 'connection' | 'plan' | 'settings'>>;

/** Whom entries about the seat are about, and how the seat is now. @throws Error when there is no such seat */
export async function seatOnRecord({
  tx,
  seatId,
}: {
  tx: Transaction;
  seatId: string;
}): Promise<{ about: About; mark: SeatMark }> {
  const [row] = await tx
    .select({
      person: people.externalId,
      connection: { id: connections.id, slug: connections.slug },
      plan: seats.planVersion,
      settings: connections.settingsVersion,
      mark: {
        state: seats.state,
        attention: seats.attention,
        waiting: seats.waiting,
        skipped: seats.skipped,
        holdUntil: seats.holdUntil,
      },
    })
    .from(seats)
    .innerJoin(people, eq(people.externalId, seats.personId))
    .innerJoin(connections, eq(connections.id, seats.connectionId))
    .where(eq(seats.id, seatId));
  if (row === undefined) throw new Error(`there is no seat ${seatId}`);
  const { mark, ...about } = row;
  return { about, mark };
}

/** Appends what happened to the seat; versions are those it was judged by, else the present ones. */
export async function appendSeatEntries({
  tx,
  seatId,
  happenings,
  actor = OURSELVES,
  judgedBy = {},
}: {
  tx: Transaction;
  seatId: string;
  happenings: readonly Happening[];
  actor?: string;
  judgedBy?: { plan?: number; settings?: number };
}): Promise<void> {
  const { about } = await seatOnRecord({ tx, seatId });
  const entries = happenings.map((happening) => ({ ...happening, actor, ...about, ...judgedBy }));
  await appendEntries({ tx, entries });
}

/** Null when people would see no difference. The beginning of a call is told by its own entry. */
export function seatChange({ before, after }: { before: SeatMark; after: SeatMark }): Happening | null {
  const isNew = <T>(old: T | undefined, present: T | undefined): T | undefined =>
    present !== undefined && present !== old ? present : undefined;
  const isUnderWay = after.state === 'provisioning' || after.state === 'deprovisioning';
  const attention = isNew(before.attention?.code, after.attention?.code);
  const waiting = isNew(before.waiting?.kind, after.waiting?.kind);
  const skipped = isNew(before.skipped?.action, after.skipped?.action);
  const resolved = after.attention === null ? before.attention?.code : undefined;
  const tellsNothing = [attention, waiting, skipped, resolved].every((value) => value === undefined);
  if (tellsNothing && (isUnderWay || before.state === after.state)) return null;
  return {
    kind: 'seat',
    data: {
      from: before.state,
      to: after.state,
      ...(after.state === 'held' && after.holdUntil !== null
        ? { holdUntil: after.holdUntil.toISOString() }
        : {}),
      ...(attention === undefined ? {} : { attention }),
      ...(attention === undefined || after.attention?.tag === undefined ? {} : { tag: after.attention.tag }),
      ...(resolved === undefined ? {} : { resolved }),
      ...(waiting === undefined ? {} : { waiting }),
      ...(waiting === undefined || after.waiting?.until === undefined ? {} : { until: after.waiting.until }),
      ...(skipped === undefined ? {} : { skipped }),
    },
  };
}
