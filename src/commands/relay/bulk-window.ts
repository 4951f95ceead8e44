/**
 * How much bulk is under way through this relay: seats that it told of and that nobody has judged yet. What one person's
 * event waits for is what stands before it, so the window of a connection grows only while its seats are judged about
 * as fast as the first ones were, and shrinks when they begin to wait for each other. A memory of the process is
 * enough, since it only paces: a relay that starts anew begins with small windows, and each worker that is added
 * brings its own slots and its own windows.
 */
import { type BulkRow, leaseBulk, type Room, unjudgedSeats } from '../../store/bulk-outbox.ts';
import type { Database } from '../../store/database.ts';

const SEATS_AT_FIRST = 5;
/** A connection always gets these, though its seats hang, or the rest be taken by others that do. */
const SEATS_AT_LEAST = 3;
/** Half of the Dropbox calls that a worker makes at once (worker-role.ts), so that one team leaves room for others. */
const SEATS_AT_MOST = 20;
const SEATS_IN_ALL = 40;
/** Times the quickest: judged within the first, the window grows by one a window; beyond the second, it shrinks. */
const QUICK = 1.5;
const SLOW = 2;
const SHRINK = 0.9;
/** A seat that hangs for so long (rate limited, Dropbox down) no longer holds up those behind it. */
const PATIENCE_MS = 180_000;
/** A seat that had nothing to judge anew counts for this long: what is merely woken is paced as well. */
const COUNTS_MS = 500;
const LOOK_ANYWAY_MS = 1_000;
const LEASE_MS = 30_000;

/** One connection's part; forgotten when there is nothing left of it, so that each change measures anew. */
type Lane = { seats: Map<string, number>; size: number; quickestMs: number };

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
  const lanes = new Map<string, Lane>();
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const total = (): number => [...lanes.values()].reduce((sum, { seats }) => sum + seats.size, 0);
  const forgetSettled = async (): Promise<boolean> => {
    const before = total();
    const atMs = nowMs();
    const told = [...lanes.values()].flatMap((lane) =>
      [...lane.seats].map(([id, since]) => ({ lane, id, forMs: atMs - since })),
    );
    const asked = told.filter(({ forMs }) => forMs > COUNTS_MS);
    if (asked.length === 0) return false;
    const unjudged = await unjudgedSeats({ db, seatIds: asked.map(({ id }) => id) });
    for (const { lane, id, forMs } of asked) {
      if (unjudged.has(id) && forMs <= PATIENCE_MS) continue;
      resize({ lane, forMs });
      lane.seats.delete(id);
    }
    return total() < before;
  };

  const room = (): Room => {
    const left = SEATS_IN_ALL - total();
    const free = ({ size, busy }: { size: number; busy: number }): number =>
      Math.max(0, Math.min(Math.floor(size) - busy, Math.max(SEATS_AT_LEAST - busy, left)));
    const byConnection = new Map(
      [...lanes].map(([id, { size, seats }]) => [id, free({ size, busy: seats.size })]),
    );
    return { byConnection, others: free({ size: SEATS_AT_FIRST, busy: 0 }) };
  };

  const add = ({ connectionId, subjectId }: BulkRow): void => {
    const lane = lanes.get(connectionId) ?? {
      seats: new Map<string, number>(),
      size: SEATS_AT_FIRST,
      quickestMs: Number.POSITIVE_INFINITY,
    };
    lane.seats.set(subjectId, nowMs());
    lanes.set(connectionId, lane);
  };

  return {
    lease: async () => {
      const hasRoomAnew = await forgetSettled();
      // With full windows the look would pass over all that waits, ten times a second.
      if (!hasRoomAnew && nowMs() - lookedAtMs < LOOK_ANYWAY_MS) return [];
      lookedAtMs = nowMs();
      const rows = await leaseBulk({ db, limit: SEATS_AT_MOST, leaseMs: LEASE_MS, room: room() });
      for (const row of rows) add(row);
      for (const [id, { seats }] of lanes) if (seats.size === 0) lanes.delete(id);
      return rows;
    },
    giveBack: ({ connectionId, subjectId }) => void lanes.get(connectionId)?.seats.delete(subjectId),
    get size() {
      return total();
    },
  };
}

/** By one seat that was judged, or given up, after `forMs`. */
function resize({ lane, forMs }: { lane: Lane; forMs: number }): void {
  lane.quickestMs = Math.min(lane.quickestMs, forMs);
  if (forMs <= lane.quickestMs * QUICK) lane.size = Math.min(SEATS_AT_MOST, lane.size + 1 / lane.size);
  else if (forMs > lane.quickestMs * SLOW) lane.size = Math.max(SEATS_AT_LEAST, lane.size * SHRINK);
}
