/** Who signed in and what was refused, as the record keeps it. Successes of a command are recorded by the command. */
import type { Database } from '../store/database.ts';
import { appendEntries } from '../store/record/append-entries.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Caller } from './api-keys.ts';

/** A key in use is recorded again after so long, and a stream of wrong keys is one entry for so long. */
const SIGN_IN_EVERY_MS = 60 * 60_000;
const REFUSED_EVERY_MS = 60_000;

export type AccessRecord = {
  signedIn(caller: Caller): Promise<void>;
  /** Nobody knows the key. */
  signInRefused(): Promise<void>;
  /** The key's role may not do that. */
  forbidden(input: { caller: Caller; operation: string }): Promise<void>;
  /** A change was understood and not carried out. */
  refused(input: { caller: Caller; operation: string; code: string }): Promise<void>;
};

/** What lies within the span of an entry of this process is told by that entry. */
export function accessRecord({ db, clock }: { db: Database; clock: () => Date }): AccessRecord {
  const lastMs = new Map<string, number>();
  const isDue = ({ what, everyMs }: { what: string; everyMs: number }): boolean => {
    const nowMs = clock().getTime();
    if (nowMs - (lastMs.get(what) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    lastMs.set(what, nowMs);
    return true;
  };
  const append = (entry: Parameters<typeof appendEntries>[0]['entries'][number]): Promise<void> =>
    inTransaction(db, (tx) => appendEntries({ tx, entries: [entry] }));
  return {
    signedIn: async ({ actor, role }) => {
      if (!isDue({ what: `in ${actor}`, everyMs: SIGN_IN_EVERY_MS })) return;
      await append({ kind: 'sign_in', actor, data: { event: 'accepted', role } });
    },
    signInRefused: async () => {
      if (!isDue({ what: 'refused', everyMs: REFUSED_EVERY_MS })) return;
      await append({ kind: 'sign_in', actor: 'unknown', data: { event: 'refused' } });
    },
    forbidden: async ({ caller: { actor, role }, operation }) => {
      if (!isDue({ what: `forbidden ${actor} ${operation}`, everyMs: REFUSED_EVERY_MS })) return;
      await append({ kind: 'sign_in', actor, data: { event: 'forbidden', role, operation } });
    },
    refused: ({ caller: { actor }, operation, code }) =>
      append({ kind: 'refusal', actor, data: { operation, code } }),
  };
}
