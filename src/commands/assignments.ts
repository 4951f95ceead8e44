/** Who is assigned to a connection. A PUT replaces the whole; it acts at once, also during the first sync. */
import { everybody, peopleInGroups } from '../store/assigned-people.ts';
import { type Assignment, assignmentsOf, replaceAssignments } from '../store/assignments.ts';
import { lockConnection } from '../store/connections.ts';
import type { Database, Transaction } from '../store/database.ts';
import { planSeats } from '../store/planning/plan-seats.ts';
import { INLINE_SEATS, requestRecompute } from '../store/planning/recompute.ts';
import { appendEntries } from '../store/record/append-entries.ts';
import { inTransaction } from '../store/transaction.ts';
import { refuseUnknownGroups, refuseUnknownPeople } from './directory.ts';
import { CommandRefusal } from './refusal.ts';

export type Assignments = { everyone: boolean; groups: string[]; people: string[] };

/** @throws CommandRefusal `unknown_person`, `unknown_group`, `not_found`; nothing is stored then */
export async function putAssignments({
  db,
  connectionId,
  assignments: wanted,
  actor,
  now,
}: {
  db: Database;
  connectionId: string;
  assignments: Assignments;
  actor: string;
  now: Date;
}): Promise<void> {
  await inTransaction(db, async (tx) => {
    // Exclusive: an event that plans at the same time must see either all of the old ones or all of the new ones.
    const connection = await lockConnection({ tx, id: connectionId });
    if (connection === undefined) {
      throw new CommandRefusal({
        code: 'not_found',
        detail: 'There is no such connection.',
        nextStep: 'Look at GET /v1/connections.',
      });
    }
    await refuseUnknownGroups({ tx, names: wanted.groups });
    await refuseUnknownPeople({ tx, personIds: wanted.people });
    const before = await assignmentsOf({ tx, connectionId });
    const rows: Assignment[] = [
      ...(wanted.everyone ? [{ kind: 'everyone' as const, subject: '' }] : []),
      ...[...new Set(wanted.groups)].map((subject) => ({ kind: 'group' as const, subject })),
      ...[...new Set(wanted.people)].map((subject) => ({ kind: 'person' as const, subject })),
    ];
    await replaceAssignments({ tx, connectionId, rows, actor });
    const key = ({ kind, subject }: Assignment): string => `${kind}\n${subject}`;
    const old = new Set(before.map(key));
    const fresh = new Set(rows.map(key));
    const added = rows.filter((row) => !old.has(key(row)));
    const removed = before.filter((row) => !fresh.has(key(row)));
    const touched = [...added, ...removed];
    if (touched.length > 0) {
      const { slug } = connection;
      await appendEntries({
        tx,
        entries: [
          { kind: 'assignments', actor, connection: { id: connectionId, slug }, data: { added, removed } },
        ],
      });
    }
    await planTouched({ tx, connectionId, touched, nowMs: now.getTime() });
  });
}

async function planTouched({
  tx,
  connectionId,
  touched,
  nowMs,
}: {
  tx: Transaction;
  connectionId: string;
  touched: Assignment[];
  nowMs: number;
}): Promise<void> {
  if (touched.length === 0) return;
  const isEveryone = touched.some(({ kind }) => kind === 'everyone');
  const groupNames = touched.filter(({ kind }) => kind === 'group').map(({ subject }) => subject);
  const direct = touched.filter(({ kind }) => kind === 'person').map(({ subject }) => subject);
  const limit = INLINE_SEATS + 1;
  const byGroup = await peopleInGroups({ tx, groupNames, limit });
  const all = isEveryone ? await everybody({ tx, limit }) : [];
  const personIds = [...new Set([...direct, ...byGroup, ...all])];
  if (personIds.length <= INLINE_SEATS) await planSeats({ tx, personIds, connectionId, nowMs });
  else await requestRecompute({ tx, scope: { connectionId }, cause: 'assignments' });
}
