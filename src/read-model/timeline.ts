/** Everything that happened to a person, oldest first: what was said, what was planned, what was done, what came of it. */
import { inArray, type SQL, sql } from 'drizzle-orm';
import { facts } from '../../drizzle/schema.ts';
import type { FactType } from '../domain/fact.ts';
import type { Plan } from '../domain/plan.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Page, PageRequest, Reader } from './reader.ts';
import {
  type Action,
  factSummary,
  intentSummary,
  type Outcome,
  outcomeSummary,
  planCause,
  planSummary,
} from './timeline-words.ts';

export type TimelineItem = {
  at: string;
  kind: 'fact' | 'plan' | 'action' | 'outcome';
  summary: string;
  actor: string;
  cause: string | null;
  details: Record<string, unknown>;
};

/** What happens by itself, on the strength of the facts before it. */
const OURSELVES = 'seatkeeper';

type IntentData = {
  connection: string;
  action: Action;
  planVersion: number;
  settingsVersion: number;
  choices: Record<string, unknown>;
  outcome: Outcome | null;
  refusal: string | null;
};

type Entry =
  | {
      kind: 'fact';
      data: {
        source: string;
        eventId: string;
        type: FactType;
        actor: string;
        occurredAt: string;
        effectiveAt: string;
        body: Record<string, unknown>;
        cancels: string | null;
      };
    }
  | { kind: 'plan'; data: { connection: string; plan: Plan } }
  | { kind: 'action'; data: IntentData }
  | { kind: 'outcome'; data: IntentData };

/** `rank`, `number` and `subject` order what has the same time: first the fact, then what followed from it. */
type Row = Entry & { at: string; rank: number; number: string; subject: string };

const utc = (column: SQL): SQL => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const intentData = sql`jsonb_build_object('connection', c.slug, 'action', i.action, 'planVersion', i.plan_version,
  'settingsVersion', i.settings_version, 'choices', i.choices, 'outcome', i.outcome, 'refusal', i.refusal)`;

const entriesOf = (personId: string): SQL => sql`
  select f.received_at as at, 0 as rank, f.id as number, '' as subject, 'fact' as kind,
    jsonb_build_object('source', f.source, 'eventId', f.event_id, 'type', f.type, 'actor', f.actor,
      'occurredAt', ${utc(sql`f.occurred_at`)},
      'effectiveAt', coalesce(f.effective_date, ${utc(sql`f.effective_at`)}),
      'body', f.body, 'cancels', f.cancels) as data
  from facts f where f.person_id = ${personId}
  union all
  select p.created_at, 1, p.version, s.id, 'plan',
    jsonb_build_object('connection', c.slug, 'plan', p.plan)
  from plans p join seats s on s.id = p.seat_id join connections c on c.id = s.connection_id
  where s.person_id = ${personId}
  union all
  select i.started_at, 2, i.id, s.id, 'action', ${intentData}
  from intents i join seats s on s.id = i.seat_id join connections c on c.id = s.connection_id
  where s.person_id = ${personId}
  union all
  select i.ended_at, 3, i.id, s.id, 'outcome', ${intentData}
  from intents i join seats s on s.id = i.seat_id join connections c on c.id = s.connection_id
  where s.person_id = ${personId} and i.ended_at is not null`;

export async function readTimeline({
  db,
  externalId,
  cursor,
  limit,
}: PageRequest & { db: Reader; externalId: string }): Promise<Page<TimelineItem>> {
  const after = decodeCursor({ cursor, keys: 4, times: [0], numbers: [1, 2] });
  const beyond =
    after === null
      ? sql`true`
      : sql`(at, rank, number, subject) >
          (${after[0]}::timestamptz, ${after[1]}::int, ${after[2]}::bigint, ${after[3]})`;
  const { rows } = await db.execute<Row>(sql`
    select ${utc(sql`at`)} as at, rank, number::text as number, subject, kind, data
    from (${entriesOf(externalId)}) entries where ${beyond}
    order by entries.at, rank, entries.number, subject limit ${limit + 1}`);
  const page = pageOf({
    rows,
    limit,
    keysOf: ({ at, rank, number, subject }) => [at, String(rank), number, subject],
  });
  const eventIdOf = await eventIds({ db, rows: page.items });
  return { items: page.items.map((row) => itemOf({ row, eventIdOf })), nextCursor: page.nextCursor };
}

/** Plans name facts by our numbers; people know them by their event ids. */
async function eventIds({ db, rows }: { db: Reader; rows: readonly Row[] }): Promise<Map<number, string>> {
  const ids = rows.flatMap((row) =>
    row.kind === 'plan'
      ? row.data.plan.steps.flatMap(({ cause }) => (cause !== null && 'fact' in cause ? [cause.fact] : []))
      : [],
  );
  if (ids.length === 0) return new Map();
  const found = await db
    .select({ id: facts.id, eventId: facts.eventId })
    .from(facts)
    .where(inArray(facts.id, [...new Set(ids)]));
  return new Map(found.map(({ id, eventId }) => [id, eventId]));
}

function itemOf({ row, eventIdOf }: { row: Row; eventIdOf: ReadonlyMap<number, string> }): TimelineItem {
  const { at, kind } = row;
  switch (kind) {
    case 'fact': {
      const { actor, type, ...details } = row.data;
      const { cancels, ...rest } = details;
      const effective = rest.effectiveAt === rest.occurredAt ? null : rest.effectiveAt;
      return {
        at,
        kind,
        summary: factSummary({ type, effective }),
        actor,
        cause: `${rest.source} ${rest.eventId}`,
        details: { type, ...rest, ...(cancels === null ? {} : { cancels }) },
      };
    }
    case 'plan': {
      const { plan, connection } = row.data;
      const cause = planCause({ cause: plan.steps[0]?.cause ?? null, eventIdOf });
      const details = { connection, version: plan.version, steps: plan.steps };
      return { at, kind, summary: planSummary(row.data), actor: OURSELVES, cause, details };
    }
    case 'action':
    case 'outcome': {
      const { outcome, refusal, ...details } = row.data;
      const summary = kind === 'action' ? intentSummary(row.data) : outcomeSummary(row.data);
      return {
        at,
        kind,
        summary,
        actor: OURSELVES,
        cause: `plan ${details.planVersion}`,
        details:
          kind === 'action' ? details : { ...details, outcome, ...(refusal === null ? {} : { refusal }) },
      };
    }
    default:
      return kind satisfies never;
  }
}
