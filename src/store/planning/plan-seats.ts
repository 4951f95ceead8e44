/**
 * Directory + assignments → plans. Gives every seat whose plan changed its next version, and tells Temporal, all in
 * the caller's transaction. Locks go connections (shared) → people → seats, everywhere in this order.
 */
import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { assignments, connections, people, seats } from '../../../drizzle/schema.ts';
import { sliceAt } from '../../domain/person.ts';
import {
  type AssignmentRule,
  currentStep,
  type Plan,
  type PlanStep,
  planSteps,
  samePlan,
} from '../../domain/plan.ts';
import { OURSELVES, type RecordEntry } from '../../domain/record.ts';
import type { Attention, SeatState } from '../../domain/seat.ts';
import { userLifecycleId } from '../../domain/workflow-ids.ts';
import type { Transaction } from '../database.ts';
import { newId } from '../ids.ts';
import { type OutboxPriority, PRIORITY, tellTemporal } from '../outbox.ts';
import { appendEntries } from '../record/append-entries.ts';
import { standingDecisions } from '../seats/decisions.ts';
import { foldPeople } from './fold-people.ts';
import { revisionBook } from './profile-revisions.ts';

type Connection = { id: string; slug: string };
type Person = typeof people.$inferSelect;
type SeatRow = {
  id: string;
  connectionId: string;
  personId: string;
  workflowId: string;
  plan: Plan;
  state: SeatState;
  attention: Attention | null;
};
type NewPlan = SeatRow & { fresh: boolean };

/**
 * Live connections, locked against a change of assignments until the transaction ends: otherwise an event and an
 * assignment that commit at the same time could each plan without the other.
 */
async function lockConnections({
  tx,
  connectionId,
}: {
  tx: Transaction;
  connectionId?: string | undefined;
}): Promise<Connection[]> {
  const live = and(isNull(connections.endedAt), ne(connections.status, 'disconnecting'));
  return tx
    .select({ id: connections.id, slug: connections.slug })
    .from(connections)
    .where(connectionId === undefined ? live : and(live, eq(connections.id, connectionId)))
    .orderBy(connections.id)
    .for('share');
}

async function rulesOf({
  tx,
  connectionIds,
}: {
  tx: Transaction;
  connectionIds: string[];
}): Promise<Map<string, AssignmentRule>> {
  const rows = await tx.select().from(assignments).where(inArray(assignments.connectionId, connectionIds));
  return new Map(
    connectionIds.map((id) => {
      const own = rows.filter((row) => row.connectionId === id);
      const subjects = (kind: string): Set<string> =>
        new Set(own.filter((row) => row.kind === kind).map((row) => row.subject));
      return [
        id,
        { everyone: subjects('everyone').size > 0, groups: subjects('group'), people: subjects('person') },
      ];
    }),
  );
}

/**
 * @param connectionId only this connection's seats; all live connections when absent
 * @returns how many seats got a new plan
 */
export async function planSeats({
  tx,
  personIds,
  connectionId,
  nowMs,
}: {
  tx: Transaction;
  personIds: readonly string[];
  connectionId?: string;
  nowMs: number;
}): Promise<number> {
  const ids = [...new Set(personIds)].sort();
  const live = await lockConnections({ tx, connectionId });
  if (ids.length === 0 || live.length === 0) return 0;
  const rules = await rulesOf({ tx, connectionIds: live.map(({ id }) => id) });
  const persons = await tx
    .select()
    .from(people)
    .where(inArray(people.externalId, ids))
    .orderBy(people.externalId)
    .for('update');
  const rows: SeatRow[] = await tx
    .select({
      id: seats.id,
      connectionId: seats.connectionId,
      personId: seats.personId,
      workflowId: seats.workflowId,
      plan: seats.plan,
      state: seats.state,
      attention: seats.attention,
    })
    .from(seats)
    .where(
      and(
        inArray(seats.personId, ids),
        inArray(
          seats.connectionId,
          live.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(seats.id)
    .for('update');
  const known = new Map(rows.map((row) => [`${row.connectionId}\n${row.personId}`, row]));
  const decisions = await standingDecisions({ tx, seatIds: rows.map(({ id }) => id) });
  const book = await revisionBook({ tx, personIds: ids });

  const changed: NewPlan[] = [];
  for (const person of persons) {
    for (const connection of live) {
      const rule = rules.get(connection.id) as AssignmentRule;
      const seat = known.get(`${connection.id}\n${person.externalId}`);
      const { externalId: personId, slices } = person;
      const steps = planSteps({
        personId,
        slices,
        rule,
        decision: seat === undefined ? undefined : decisions.get(seat.id),
        revisionOf: (slice) => book.revisionOf({ personId, slice }),
      });
      const next = newPlan({ seat, steps, person, connection, nowMs });
      if (next !== null) changed.push(next);
    }
  }
  await book.save();
  await savePlans({ tx, changed });
  await appendEntries({ tx, entries: changed.map((seat) => planEntry({ seat, live })) });
  await tellTemporal({
    tx,
    kind: 'seat',
    subjects: changed.map((seat) => ({ id: seat.id, priority: priorityOf({ seat, nowMs }) })),
  });
  return changed.length;
}

/** Facts changed: directory and plans follow, in the order of locks that everybody keeps. */
export async function foldAndPlan({
  tx,
  personIds,
  now,
}: {
  tx: Transaction;
  personIds: readonly string[];
  /** Asked once the people are locked. */
  now: () => number;
}): Promise<number> {
  await lockConnections({ tx });
  const nowMs = await foldPeople({ tx, personIds, now });
  return planSeats({ tx, personIds, nowMs });
}

/** Null where nothing changes: the same plan, or a person who was never to have this seat. */
function newPlan({
  seat,
  steps,
  person,
  connection,
  nowMs,
}: {
  seat: SeatRow | undefined;
  steps: PlanStep[];
  person: Person;
  connection: Connection;
  nowMs: number;
}): NewPlan | null {
  if (seat !== undefined) {
    const isSame = samePlan({ steps, plan: seat.plan, nowMs });
    if (isSame && !isInvitedAnew({ seat, person, nowMs })) return null;
    return { ...seat, plan: { ...seat.plan, version: seat.plan.version + 1, steps }, fresh: false };
  }
  if (steps.every((step) => step.desired === 'none')) return null;
  return {
    id: newId('seat'),
    connectionId: connection.id,
    personId: person.externalId,
    workflowId: userLifecycleId({ slug: connection.slug, personRef: person.ref }),
    plan: { version: 1, steps },
    state: 'waiting',
    attention: null,
    fresh: true,
  };
}

/** An invitation expired, and HR said after that once more that the person is here: the same plan, meant anew. */
function isInvitedAnew({ seat, person, nowMs }: { seat: SeatRow; person: Person; nowMs: number }): boolean {
  const { attention } = seat;
  if (attention?.code !== 'invitation_expired') return false;
  const { stateFrom } = sliceAt({ slices: person.slices, nowMs });
  return stateFrom !== null && Date.parse(stateFrom) > Date.parse(attention.since);
}

function priorityOf({ seat, nowMs }: { seat: SeatRow; nowMs: number }): OutboxPriority {
  const { desired } = currentStep({ plan: seat.plan, nowMs }).step;
  if (desired === 'none') return PRIORITY.removal;
  return seat.state === 'held' ? PRIORITY.recovery : PRIORITY.other;
}

function planEntry({ seat, live }: { seat: NewPlan; live: readonly Connection[] }): RecordEntry {
  const { connectionId: id, personId: person, plan } = seat;
  const slug = live.find((connection) => connection.id === id)?.slug ?? '';
  const { version, steps } = plan;
  return { kind: 'plan', actor: OURSELVES, person, connection: { id, slug }, plan: version, data: { steps } };
}

async function savePlans({ tx, changed }: { tx: Transaction; changed: NewPlan[] }): Promise<void> {
  if (changed.length === 0) return;
  const fresh = changed.filter((seat) => seat.fresh);
  if (fresh.length > 0) {
    await tx.insert(seats).values(
      fresh.map(({ id, connectionId, personId, workflowId, plan }) => ({
        id,
        connectionId,
        personId,
        workflowId,
        plan,
        planVersion: plan.version,
      })),
    );
  }
  const json = JSON.stringify(changed.map(({ id, plan }) => ({ id, version: plan.version, plan })));
  const rows = sql`jsonb_to_recordset(${json}::jsonb) as c(id text, version int, plan jsonb)`;
  await tx.execute(sql`
    update seats set plan = c.plan, plan_version = c.version, updated_at = now()
    from ${rows} where seats.id = c.id and seats.plan_version < c.version`);
  await tx.execute(
    sql`insert into plans (seat_id, version, plan) select c.id, c.version, c.plan from ${rows}`,
  );
}
