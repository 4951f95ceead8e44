import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { StoredEntry } from './audit/entry.ts';
import type { SetSessions } from './devices/sessions.ts';
import type { Job } from './jobs.ts';
import type { LedgerChange } from './ledger.ts';
import type { Member } from './members/member.ts';
import type { Grant } from './oauth/grant.ts';
import type { SimulatorSettings } from './settings.ts';

/** What the simulator was started with the first time; the rest of the file is only true under it. */
export interface WorldHeader {
  readonly version: 1;
  readonly seed: number;
  readonly teams: readonly { name: string; domain: string; size: number }[];
  readonly epochMs: number;
  /** Base64; seals tokens and cursors. */
  readonly key: string;
}

/** Cursors that can all be made void at once. */
export type CursorKind = 'audit' | 'devices';

export type JournalEntry =
  | { kind: 'world'; world: WorldHeader }
  | { kind: 'clock'; offsetMs: number }
  | { kind: 'settings'; settings: Partial<SimulatorSettings> }
  | { kind: 'licences'; team: number; licences: number }
  | { kind: 'member'; team: number; member: Member }
  | { kind: 'grant'; grant: Grant }
  | { kind: 'job'; job: Job }
  | { kind: 'audit'; team: number; entries: readonly StoredEntry[] }
  | { kind: 'audit_cleared'; team: number }
  | { kind: 'devices'; team: number; sessions: SetSessions }
  | { kind: 'cursors_reset'; team: number; of: CursorKind; generation: number }
  | LedgerChange;

/**
 * Changes as lines of JSON, one `write` each before the request is answered: what was acknowledged is in the kernel's
 * hands and survives kill -9. There is no fsync; a power cut may lose the last lines, which a simulator can bear.
 */
export class Journal {
  private descriptor: number | null = null;
  private readonly file: string | null;

  constructor(file: string | null) {
    this.file = file;
  }

  /** A line cut short by a crash is the last one, and was never acknowledged. */
  read(): JournalEntry[] {
    if (this.file === null || !existsSync(this.file)) return [];
    const entries: JournalEntry[] = [];
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (line === '') continue;
      try {
        entries.push(JSON.parse(line));
      } catch {
        break;
      }
    }
    return entries;
  }

  /** Starts the file anew with only what still counts, then goes on appending. */
  begin(entries: Iterable<JournalEntry>): void {
    if (this.file === null) return;
    mkdirSync(dirname(this.file), { recursive: true });
    const fresh = `${this.file}.new`;
    let text = '';
    for (const entry of entries) text += `${JSON.stringify(entry)}\n`;
    // The key in it opens tokens, so the file is its owner's alone.
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, this.file);
    this.descriptor = openSync(this.file, 'a', 0o600);
  }

  append(entry: JournalEntry): void {
    if (this.descriptor !== null) writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}
