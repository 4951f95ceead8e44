/**
 * How much bulk is under way through this relay: seats that it told of and that nobody has judged yet. A memory of the
 * process is enough, since it only paces: a relay that starts anew begins with an empty window, and each worker that
 * is added brings its own slots and its own window.
 */
import { type BulkRow, leaseBulk, type Room, unjudgedSeats } from '../../store/bulk-outbox.ts';
import type { Database } from '../../store/database.ts';

/** Half of the Dropbox calls that a worker makes at once (worker-role.ts), so that one team leaves room for others. */
const SEATS_PER_CONNECTION = 20;
const SEATS_IN_ALL = 40;
/** A connection always gets these, though the rest be taken by connections whose seats hang. */
const SEATS_AT_LEAST = 5;
/** A seat that hangs for so long (rate limited, Dropbox down) no longer holds up those behind it. */
const PATIENCE_MS = 180_000;
/** A seat that had nothing to judge anew counts for this long: what is merely woken is paced as well. */
const COUNTS_MS = 500;
const LOOK_ANYWAY_MS = 1_000;
const LEASE_MS = 30_000;

export type BulkWindow = {
  /** @returns rows to be sent now: as many as there is room for */
  lease(): Promise<BulkRow[]>;
  /** It was not sent after all, so nobody will judge it. */
  giveBack(row: BulkRow): void;
  readonly size: number;
};

export function bulkWindow({
  db,
  nowMs = () => performance.now(),
}: {
  db: Database;
  nowMs?: () => number;
}): BulkWindow {
  const told = new Map<string, { connectionId: string; atMs: number }>();
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const forgetSettled = async (): Promise<boolean> => {
    const before = told.size;
    const asked: string[] = [];
    for (const [id, { atMs }] of told) {
      const forMs = nowMs() - atMs;
      if (forMs > PATIENCE_MS) told.delete(id);
      else if (forMs > COUNTS_MS) asked.push(id);
    }
    const unjudged = asked.length === 0 ? new Set() : await unjudgedSeats({ db, seatIds: asked });
    for (const id of asked) if (!unjudged.has(id)) told.delete(id);
    return told.size < before;
  };

  const room = (): Room => {
    const busy = new Map<string, number>();
    for (const { connectionId } of told.values()) busy.set(connectionId, (busy.get(connectionId) ?? 0) + 1);
    const free = (own: number): number =>
      Math.min(SEATS_PER_CONNECTION - own, Math.max(SEATS_AT_LEAST - own, SEATS_IN_ALL - told.size, 0));
    return { byConnection: new Map([...busy].map(([id, own]) => [id, free(own)])), others: free(0) };
  };

  return {
    lease: async () => {
      const hasRoomAnew = await forgetSettled();
      // With a full window the look would pass over all that waits, ten times a second.
      if (!hasRoomAnew && nowMs() - lookedAtMs < LOOK_ANYWAY_MS) return [];
      lookedAtMs = nowMs();
      const rows = await leaseBulk({ db, limit: SEATS_PER_CONNECTION, leaseMs: LEASE_MS, room: room() });
      for (const { subjectId, connectionId } of rows) told.set(subjectId, { connectionId, atMs: nowMs() });
      return rows;
    },
    giveBack: ({ subjectId }) => void told.delete(subjectId),
    get size() {
      return told.size;
    },
  };
}
