import type { AuditEntry, StoredEntry } from './entry.ts';

/** The oldest go first. */
const CAPACITY = 500_000;

/** Where a walk stands among the recorded events: after this one. */
export interface StoredPlace {
  readonly atMs: number;
  readonly seq: number;
}

/** Recorded events of one team, in the order of their times; those of the same time in the order of their arrival. */
export class StoredLog {
  private entries: StoredEntry[] = [];
  private lastSeq = 0;
  private lastArrivalMs = 0;

  get size(): number {
    return this.entries.length;
  }

  /** An arrival is never before the one that came earlier, even when the clock was turned back: no poll may miss it. */
  add({
    entries,
    nowMs,
  }: {
    entries: readonly (AuditEntry & { visibleFromMs?: number })[];
    nowMs: number;
  }): StoredEntry[] {
    this.lastArrivalMs = Math.max(nowMs, this.lastArrivalMs);
    const stored = entries.map(({ visibleFromMs = 0, ...entry }): StoredEntry => {
      this.lastSeq += 1;
      return { ...entry, seq: this.lastSeq, arrivedMs: Math.max(visibleFromMs, this.lastArrivalMs) };
    });
    this.insert(stored);
    return stored;
  }

  /** Takes back what a state file kept. */
  restore(entries: readonly StoredEntry[]): void {
    for (const { seq } of entries) this.lastSeq = Math.max(this.lastSeq, seq);
    this.insert(entries);
  }

  clear(): void {
    this.entries = [];
  }

  all(): readonly StoredEntry[] {
    return this.entries;
  }

  at(index: number): StoredEntry | undefined {
    return this.entries[index];
  }

  /** Index of the first event after a place. */
  indexAfter(place: StoredPlace): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle];
      if (entry !== undefined && !isAfter(entry, place)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(added: readonly StoredEntry[]): void {
    const [first] = added;
    if (added.length === 1 && first !== undefined) {
      this.entries.splice(this.indexAfter(first), 0, first);
      return;
    }
    const all = [...this.entries, ...added].sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
    this.entries = all.length > CAPACITY ? all.slice(-CAPACITY) : all;
  }
}

const isAfter = (entry: StoredPlace, place: StoredPlace): boolean =>
  entry.atMs > place.atMs || (entry.atMs === place.atMs && entry.seq > place.seq);
