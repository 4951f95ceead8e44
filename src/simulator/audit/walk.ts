import type { StoredPlace } from './stored-log.ts';

/** What could be seen at some moment: everything that had arrived and was older than the delay. */
export interface Horizon {
  readonly nowMs: number;
  readonly delayMs: number;
}

/** Where a walk stands in both parts of the log. */
export interface Place {
  /** The next slot of the generated part. */
  readonly slot: number;
  /** The last recorded event that was looked at. */
  readonly stored: StoredPlace;
}

export interface Filter {
  /** Inclusive. */
  readonly startMs: number | null;
  /** Exclusive; without it the walk can be gone on with for ever. */
  readonly endMs: number | null;
  readonly member: number | null;
  readonly category: string | null;
  readonly type: string | null;
}

/** What a cursor of the log means; sealed, so that it is opaque to callers. */
export interface Walk {
  readonly team: number;
  readonly limit: number;
  readonly filter: Filter;
  /** What earlier rounds have shown; null in the first. */
  readonly since: Horizon | null;
  /** What this round shows; events that arrive meanwhile are the next round's. */
  readonly until: Horizon;
  readonly place: Place;
  /** Where the page before began, for a repeated page. */
  readonly previous: Place;
  /** This round is over: going on begins the next. */
  readonly ended: boolean;
  /** Of the newest event returned: where a reset sends the caller back to. */
  readonly latestMs: number;
  readonly issuedAtMs: number;
  readonly generation: number;
}

export const BEFORE_EVERYTHING: StoredPlace = { atMs: Number.MIN_SAFE_INTEGER, seq: 0 };
