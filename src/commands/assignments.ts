/** Who is assigned to a connection. A PUT replaces the whole; it acts at once, also during the first sync. */
import { eq, inArray } from 'drizzle-orm';
import { assignments, groupMembers, people } from '../../drizzle/schema.ts';
import { lockConnection } from '../store/connections.ts';
import type { Database, Transaction } from '../store/database.ts';
import { planSeats } from '../store/planning/plan-seats.ts';
import { INLINE_SEATS, requestRecompute } from '../store/planning/recompute.ts';
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
    if ((await lockConnection({ tx, id: connectionId })) === undefined) {
      throw new CommandRefusal({
        code: 'not_found',
        detail: 'There is no such connection.',
        nextStep: 'Look at GET /v1/connections.',
      });
    }
    await refuseUnknownGroups({ tx, names: wanted.groups });
    await refuseUnknownPeople({ tx, personIds: wanted.people });
    const before = await tx.select().from(assignments).where(eq(assignments.connectionId, connectionId));
    const rows = [
      ...(wanted.everyone ? [{ kind: 'everyone' as const, subject: '' }] : []),
      ...[...new Set(wanted.groups)].map((subject) => ({ kind: 'group' as const, subject })),
      ...[...new Set(wanted.people)].map((subject) => ({ kind: 'person' as const, subject })),
    ];
    await tx.delete(assignments).where(eq(assignments.connectionId, connectionId));
    for (let i = 0; i < rows.length; i += 1_000) {
      const chunk = rows.slice(i, i + 1_000).map((row) => ({ ...row, connectionId, actor }));
      await tx.insert(assignments).values(chunk);
    }
    const key = ({ kind, subject }: { kind: string; subject: string }): string => `${kind}\n${subject}`;
    const old = new Set(before.map(key));
    const fresh = new Set(rows.map(key));
    const touched = [...before, ...rows].filter((row) => old.has(key(row)) !== fresh.has(key(row)));
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
  touched: { kind: string; subject: string }[];
  nowMs: number;
}): Promise<void> {
  if (touched.length === 0) return;
  const isEveryone = touched.some(({ kind }) => kind === 'everyone');
  const groupNames = touched.filter(({ kind }) => kind === 'group').map(({ subject }) => subject);
  const direct = touched.filter(({ kind }) => kind === 'person').map(({ subject }) => subject);
  const limit = INLINE_SEATS + 1;
  const byGroup =
    groupNames.length === 0
      ? []
      : await tx
          .selectDistinct({ id: groupMembers.personId })
          .from(groupMembers)
          .where(inArray(groupMembers.groupName, groupNames))
          .limit(limit);
  const all = isEveryone ? await tx.select({ id: people.externalId }).from(people).limit(limit) : [];
  const personIds = [...new Set([...direct, ...byGroup.map(({ id }) => id), ...all.map(({ id }) => id)])];
  if (personIds.length <= INLINE_SEATS) await planSeats({ tx, personIds, connectionId, nowMs });
  else await requestRecompute({ tx, scope: { connectionId }, cause: 'assignments' });
}
