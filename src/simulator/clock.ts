/**
 * The simulator's own time: the machine's clock plus an offset that a test moves. Everything dated follows it: recovery
 * windows, token lifetimes, async jobs and the `Date` header, which is how Seatkeeper learns Dropbox's time.
 */
export class SimulatorClock {
  private shiftMs = 0;

  nowMs(): number {
    return Date.now() + this.shiftMs;
  }

  get offsetMs(): number {
    return this.shiftMs;
  }

  /** Negative values turn the clock back, for tests of a clock that was corrected. */
  advance(ms: number): void {
    this.shiftMs += ms;
  }

  restore(offsetMs: number): void {
    this.shiftMs = offsetMs;
  }
}

/** Dropbox's timestamps are UTC in whole seconds, without a fraction (Stone `common.DropboxTimestamp`). */
export const dropboxTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
