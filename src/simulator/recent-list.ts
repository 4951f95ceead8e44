/** A list that keeps the newest `capacity` entries; forgetting is done in blocks, so adding stays cheap. */
export class RecentList<Entry> {
  private entries: Entry[] = [];
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  push(entry: Entry): void {
    this.entries.push(entry);
    if (this.entries.length > this.capacity * 1.25) this.entries = this.entries.slice(-this.capacity);
  }

  filter(keep: (entry: Entry) => boolean): Entry[] {
    return this.entries.slice(-this.capacity).filter(keep);
  }

  clear(): void {
    this.entries = [];
  }
}
