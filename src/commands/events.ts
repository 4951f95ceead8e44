/**
 * HR's facts come in here. One transaction stores them, folds them into the directory, gives the seats new plans and
 * writes the outbox; an answer is given only after it committed. Order and repetition make no difference.
 */

import type { Keyring } from '../crypto/keyring.ts';
import { effectiveAtMs } from '../domain/person.ts';
import type { RecordEntry } from '../domain/record.ts';
import { isTimeZone } from '../domain/time-zone.ts';
import type { Database, Transaction } from '../store/database.ts';
import { factMarks, factsByEventId, insertNewFacts, type NewFact, takeTurns } from '../store/facts.ts';
import { type FactBody, factsOfPeople, momentOf, personFact } from '../store/planning/person-facts.ts';
import { foldAndPlan } from '../store/planning/plan-seats.ts';
import { appendEntries } from '../store/record/append-entries.ts';
import { inTransaction } from '../store/transaction.ts';
import { bodyHash } from './canonical.ts';
import { notBefore } from './present.ts';
import type { RefusalCode } from './refusal.ts';

/** Times are RFC 3339 with any offset; `effectiveAt` and `returnAt` may be a day, YYYY-MM-DD. */
export type IncomingEvent = {
  id: string;
  type: 'joiner' | 'mover' | 'leaver' | 'suspension' | 'reinstatement' | 'cancellation';
  occurredAt?: string | undefined;
  effectiveAt?: string | undefined;
  returnAt?: string | undefined;
  /** Id of the event that a cancellation takes back. */
  cancels?: string | undefined;
  person?:
    | {
        externalId: string;
        email?: string | undefined;
        givenName?: string | undefined;
        surname?: string | undefined;
        managerExternalId?: string | undefined;
        timeZone?: string | undefined;
        groups?: string[] | undefined;
      }
    | undefined;
};

type AcceptedEvent = { id: string; personId: string | null; duplicate: boolean };
type RefusedEvent = { index: number; id: string; code: RefusalCode; detail: string };
export type EventsAnswer = { accepted: AcceptedEvent[]; refused: RefusedEvent[] };

/** All of /v1/events is one source: ids are unique in it. */
const SOURCE = 'events';
/** How far an HR system's clock may be ahead of ours. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

type Entry = { index: number; event: IncomingEvent; row: NewFact };
type Refuse = (input: {
  entry: { index: number; event: IncomingEvent };
  code: RefusalCode;
  detail: string;
}) => void;

/** Ends a dry run: everything was done, nothing is kept. */
class DryRunEnded extends Error {}

/**
 * @param actor who sent them, for the record
 * @returns every event exactly once, as accepted or as refused with its place in the array
 */
export async function acceptEvents({
  db,
  keyring,
  events,
  unreadable = [],
  actor,
  now,
  dryRun,
}: {
  db: Database;
  /** Seals the names and addresses that the record keeps. */
  keyring: Keyring;
  events: readonly IncomingEvent[];
  /** Of the same request, for the record. */
  unreadable?: readonly RefusedEvent[];
  actor: string;
  now: Date;
  dryRun: boolean;
}): Promise<EventsAnswer> {
  let answer: EventsAnswer = { accepted: [], refused: [] };
  try {
    await inTransaction(db, async (tx) => {
      answer = await storeEvents({ tx, keyring, events, actor, now });
      const refused = [...unreadable, ...answer.refused];
      await appendEntries({ tx, entries: refused.map((refusal) => refusalEntry({ refusal, actor })) });
      if (dryRun) throw new DryRunEnded();
    });
  } catch (error) {
    if (!(error instanceof DryRunEnded)) throw error;
  }
  return answer;
}

async function storeEvents({
  tx,
  keyring,
  events,
  actor,
  now,
}: {
  tx: Transaction;
  keyring: Keyring;
  events: readonly IncomingEvent[];
  actor: string;
  now: Date;
}): Promise<EventsAnswer> {
  const accepted = new Map<number, AcceptedEvent>();
  const refused: RefusedEvent[] = [];
  const refuse: Refuse = ({ entry, code, detail }) =>
    refused.push({ index: entry.index, id: entry.event.id, code, detail });

  const entries: Entry[] = [];
  events.forEach((event, index) => {
    const problem = problemOf({ event, now });
    if (problem !== null) refuse({ entry: { index, event }, ...problem });
    else entries.push({ index, event, row: factRow({ event, actor, now }) });
  });
  await takeTurns({ tx, alone: entries.some(({ event }) => event.type === 'cancellation') });
  // What is cancelled must be there before its cancellation is judged.
  const touched = new Set<string>();
  const storing = { tx, keyring, accepted, refuse, touched };
  await storeFacts({ ...storing, entries: entries.filter(({ event }) => event.type !== 'cancellation') });
  const cancellations = entries.filter(({ event }) => event.type === 'cancellation');
  await storeFacts({ ...storing, entries: await judgeCancellations({ tx, cancellations, refuse, now }) });
  await foldAndPlan({ tx, personIds: [...touched], now: notBefore(now) });
  return {
    accepted: [...accepted.entries()].sort(([a], [b]) => a - b).map(([, event]) => event),
    refused: refused.sort((a, b) => a.index - b.index),
  };
}

const refusalEntry = ({ refusal, actor }: { refusal: RefusedEvent; actor: string }): RecordEntry => ({
  kind: 'refusal',
  actor,
  data: { operation: 'sendEvents', code: refusal.code, eventId: refusal.id },
});

function problemOf({
  event,
  now,
}: {
  event: IncomingEvent;
  now: Date;
}): { code: RefusalCode; detail: string } | null {
  if (event.occurredAt !== undefined && Date.parse(event.occurredAt) > now.getTime() + CLOCK_TOLERANCE_MS) {
    return {
      code: 'occurred_in_future',
      detail:
        'occurredAt lies more than 5 minutes ahead. Check the clock of the sender; a future change goes into effectiveAt.',
    };
  }
  const { timeZone } = event.person ?? {};
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return { code: 'invalid', detail: 'person.timeZone is not an IANA name, for example Europe/Berlin.' };
  }
  return null;
}

function factRow({ event, actor, now }: { event: IncomingEvent; actor: string; now: Date }): NewFact {
  const { externalId, groups, ...fields } = event.person ?? {};
  const body: FactBody = {
    ...(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as FactBody),
    ...(groups === undefined ? {} : { groups: [...new Set(groups)] }),
    ...(event.returnAt === undefined ? {} : { returnAt: event.returnAt }),
  };
  const occurredAt = event.occurredAt === undefined ? now : new Date(event.occurredAt);
  const effective = event.effectiveAt === undefined ? undefined : momentOf(event.effectiveAt);
  return {
    source: SOURCE,
    eventId: event.id,
    type: event.type,
    personId: externalId ?? null,
    occurredAt,
    effectiveAt: effective === undefined ? occurredAt : 'atMs' in effective ? new Date(effective.atMs) : null,
    effectiveDate: effective !== undefined && 'date' in effective ? effective.date : null,
    cancels: event.cancels ?? null,
    body,
    bodyHash: bodyHash(event),
    actor,
    receivedAt: now,
  };
}

/** The first of an id wins; the same id again is a duplicate if it says the same, a conflict if not. */
async function storeFacts({
  tx,
  keyring,
  entries,
  accepted,
  refuse,
  touched,
}: {
  tx: Transaction;
  keyring: Keyring;
  entries: Entry[];
  accepted: Map<number, AcceptedEvent>;
  refuse: Refuse;
  touched: Set<string>;
}): Promise<void> {
  if (entries.length === 0) return;
  const first = new Map(entries.toReversed().map((entry) => [entry.event.id, entry]));
  const stored = await insertNewFacts({ tx, keyring, rows: [...first.values()].map(({ row }) => row) });
  const fresh = new Set(stored.map(({ eventId }) => eventId));
  for (const { personId } of stored) if (personId !== null) touched.add(personId);
  const byId = await factMarks({ tx, source: SOURCE, eventIds: [...first.keys()] });
  for (const entry of entries) {
    const there = byId.get(entry.event.id);
    if (there?.bodyHash !== entry.row.bodyHash) {
      refuse({
        entry,
        code: 'conflict',
        detail: 'An event with this id and other contents was accepted before. Use a new id for a new fact.',
      });
      continue;
    }
    const duplicate = !(fresh.has(entry.event.id) && first.get(entry.event.id) === entry);
    accepted.set(entry.index, { id: entry.event.id, personId: there.personId, duplicate });
  }
}

/** Of what has taken effect there is no taking back; of what has not arrived the cancellation is kept. */
async function judgeCancellations({
  tx,
  cancellations,
  refuse,
  now,
}: {
  tx: Transaction;
  cancellations: Entry[];
  refuse: Refuse;
  now: Date;
}): Promise<Entry[]> {
  const targets = cancellations.flatMap(({ event }) => (event.cancels === undefined ? [] : [event.cancels]));
  if (targets.length === 0) return [];
  const byId = await factsByEventId({ tx, source: SOURCE, eventIds: targets });
  const personIds = [...byId.values()].flatMap(({ personId }) => (personId === null ? [] : [personId]));
  const said = personIds.length === 0 ? new Map() : await factsOfPeople({ tx, personIds });
  return cancellations.filter((entry) => {
    const target = byId.get(entry.event.cancels ?? '');
    if (target === undefined) return true;
    entry.row.personId = target.personId;
    const all = said.get(target.personId ?? '') ?? [];
    // A repetition of a cancellation that was accepted is a duplicate, whatever the time.
    const cancelledBefore = all.every(({ eventId }: { eventId: string }) => eventId !== target.eventId);
    if (cancelledBefore || effectiveAtMs({ fact: personFact(target), facts: all }) > now.getTime())
      return true;
    refuse({
      entry,
      code: 'already_in_effect',
      detail: 'The event has taken effect and cannot be cancelled. Send the fact that now holds instead.',
    });
    return false;
  });
}
