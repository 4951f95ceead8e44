import type { PageFault } from '../faults.ts';
import type { SeededRandom } from '../random.ts';
import type { Seal } from '../seal.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { AuditEntry, StoredEntry } from './entry.ts';
import type { GeneratedLog } from './generated-log.ts';
import { collectPage, shuffled } from './page.ts';
import { StoredLog } from './stored-log.ts';
import { BEFORE_EVERYTHING, type Filter, type Place, type Walk } from './walk.ts';

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** Why a cursor does not go on. A reset says where to begin again. */
export type CursorProblem = { kind: 'bad_cursor' } | { kind: 'reset'; atMs: number };

/** The audit log of one team: what was recorded, over what its members do by themselves. */
export class AuditLog {
  readonly stored = new StoredLog();
  readonly generated: GeneratedLog;
  /** Cursors of an earlier generation are reset. */
  generation = 0;
  private readonly team: number;
  private readonly seal: Seal;
  private readonly random: SeededRandom;
  private readonly nowMs: () => number;
  private readonly settings: () => SimulatorSettings;

  constructor(options: {
    team: number;
    generated: GeneratedLog;
    seal: Seal;
    random: SeededRandom;
    nowMs: () => number;
    settings: () => SimulatorSettings;
  }) {
    this.team = options.team;
    this.generated = options.generated;
    this.seal = options.seal;
    this.random = options.random;
    this.nowMs = options.nowMs;
    this.settings = options.settings;
  }

  begin({ filter, limit, fault }: { filter: Filter; limit: number; fault: PageFault }): AuditPage {
    const place = this.placeFrom(filter);
    return this.page({
      fault,
      walk: {
        team: this.team,
        limit,
        filter,
        since: null,
        until: this.horizon(),
        place,
        previous: place,
        ended: false,
        issuedAtMs: this.nowMs(),
        generation: this.generation,
        // Before the first event, a reset sends the caller to the beginning.
        latestMs: filter.startMs ?? this.generated.startMs,
      },
    });
  }

  proceed({ cursor, fault }: { cursor: string; fault: PageFault }): AuditPage | CursorProblem {
    const walk = this.seal.open({ purpose: 'audit', text: cursor }) as Walk | undefined;
    if (walk === undefined || walk.team !== this.team) return { kind: 'bad_cursor' };
    const lifetimeMs = this.settings().auditCursorLifetimeMs;
    const isOld = lifetimeMs !== null && this.nowMs() >= walk.issuedAtMs + lifetimeMs;
    if (isOld || walk.generation !== this.generation) return { kind: 'reset', atMs: walk.latestMs };
    if (!walk.ended) return this.page({ walk, fault });
    if (walk.filter.endMs !== null) {
      return { entries: [], cursor: this.cursor(walk), hasMore: false };
    }
    const place: Place = { slot: walk.place.slot, stored: BEFORE_EVERYTHING };
    const next = { ...walk, since: walk.until, until: this.horizon(), place, previous: place, ended: false };
    return this.page({ walk: next, fault });
  }

  /** Everything that happened until now, delayed or not, without pages: for a truth that is worked out elsewhere. */
  *entries({ fromMs, toMs }: { fromMs: number; toMs: number }): Iterable<AuditEntry> {
    const settings = { ...this.settings(), auditPageMaximum: 1_000, auditRetentionDays: null };
    const filter = { startMs: fromMs, endMs: toMs, member: null, category: null, type: null };
    const until = { nowMs: this.nowMs(), delayMs: 0 };
    let place = this.placeFrom(filter);
    for (let hasMore = true; hasMore; ) {
      const walk: Walk = {
        team: this.team,
        limit: 1_000,
        filter,
        since: null,
        until,
        place,
        previous: place,
        ended: false,
        latestMs: 0,
        issuedAtMs: 0,
        generation: 0,
      };
      const { generated, stored } = this;
      const page = collectPage({ walk, from: place, generated, stored, settings });
      yield* page.entries;
      ({ place, hasMore } = page);
    }
  }

  record(entries: readonly (AuditEntry & { visibleFromMs?: number })[]): StoredEntry[] {
    return this.stored.add({ entries, nowMs: this.nowMs() });
  }

  private page({ walk, fault }: { walk: Walk; fault: PageFault }): AuditPage {
    const settings = this.settings();
    if (fault === 'empty_page' || this.random.happens(settings.auditEmptyPageProbability)) {
      return { entries: [], cursor: this.cursor(walk), hasMore: true };
    }
    if (fault === 'empty_listing') {
      // What was kept back comes with a later round, as if it had arrived late.
      const until = walk.since ?? { nowMs: 0, delayMs: 0 };
      return { entries: [], cursor: this.cursor({ ...walk, until, ended: true }), hasMore: false };
    }
    const from = fault === 'repeated_page' ? walk.previous : walk.place;
    const { generated, stored } = this;
    const page = collectPage({ walk, from, generated, stored, settings });
    const place = fault === 'repeated_page' ? walk.place : page.place;
    const hasMore = fault === 'repeated_page' ? !walk.ended : page.hasMore;
    const latestMs = page.entries.reduce((latest, { atMs }) => Math.max(latest, atMs), walk.latestMs);
    const cursor = this.cursor({ ...walk, place, previous: from, ended: !hasMore, latestMs });
    const entries = settings.auditShuffled
      ? shuffled({ entries: page.entries, salt: from.slot + from.stored.seq })
      : page.entries;
    return { entries, cursor, hasMore };
  }

  private placeFrom({ startMs }: Filter): Place {
    const { auditRetentionDays } = this.settings();
    const keptMs = auditRetentionDays === null ? 0 : this.nowMs() - auditRetentionDays * 86_400_000;
    const fromMs = Math.max(startMs ?? 0, keptMs);
    return { slot: this.generated.firstSlotFrom(fromMs), stored: { atMs: fromMs, seq: 0 } };
  }

  private horizon() {
    return { nowMs: this.nowMs(), delayMs: this.settings().auditDelayMs };
  }

  private cursor(walk: Walk): string {
    const content = { ...walk, issuedAtMs: this.nowMs(), generation: this.generation };
    return this.seal.close({ purpose: 'audit', content });
  }
}
