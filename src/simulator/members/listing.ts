import type { PageFault } from '../faults.ts';
import type { SeededRandom } from '../random.ts';
import type { Seal } from '../seal.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Team } from '../team.ts';
import type { Member } from './member.ts';
import type { Snapshot } from './roster.ts';

/** What a cursor means; sealed, so that it is opaque to callers. */
interface Position {
  team: number;
  /** Index of the first member that was not looked at yet. */
  next: number;
  /** Where the page before began, for a repeated page. */
  previous: number;
  limit: number;
  includeRemoved: boolean;
  issuedAtMs: number;
  snapshot: number | null;
}

export interface Page {
  readonly members: readonly Member[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

const OPEN_SNAPSHOTS = 16;

/**
 * Members page by page, holding one page at a time. By default a listing is not a snapshot: it walks the team as it is
 * when each page is asked for, so a member may be seen in a state that no other page agrees with.
 */
export class Listings {
  private readonly snapshots = new Map<number, Snapshot & { release(): void }>();
  private lastSnapshot = 0;
  private readonly seal: Seal;
  private readonly random: SeededRandom;
  private readonly nowMs: () => number;
  private readonly settings: () => SimulatorSettings;

  constructor(options: {
    seal: Seal;
    random: SeededRandom;
    nowMs: () => number;
    settings: () => SimulatorSettings;
  }) {
    this.seal = options.seal;
    this.random = options.random;
    this.nowMs = options.nowMs;
    this.settings = options.settings;
  }

  begin({
    team,
    limit,
    includeRemoved,
    fault,
  }: {
    team: Team;
    limit: number;
    includeRemoved: boolean;
    fault: PageFault;
  }): Page {
    const snapshot = this.settings().listingSnapshot ? this.openSnapshot(team) : null;
    const position = {
      team: team.index,
      next: 0,
      previous: 0,
      limit,
      includeRemoved,
      issuedAtMs: 0,
      snapshot,
    };
    return this.page({ team, position, fault });
  }

  /** Null when the cursor is not one of this team's, too old, or its snapshot is gone. */
  proceed({ team, cursor, fault }: { team: Team; cursor: string; fault: PageFault }): Page | null {
    const position = this.seal.open({ purpose: 'members', text: cursor }) as Position | undefined;
    const lifetimeMs = this.settings().cursorLifetimeMs;
    if (position === undefined || position.team !== team.index) return null;
    if (lifetimeMs !== null && this.nowMs() >= position.issuedAtMs + lifetimeMs) return null;
    if (position.snapshot !== null && !this.snapshots.has(position.snapshot)) return null;
    return this.page({ team, position, fault });
  }

  private page({ team, position, fault }: { team: Team; position: Position; fault: PageFault }): Page {
    const source: Snapshot = this.snapshots.get(position.snapshot ?? -1) ?? team.roster;
    const skipsThisPage =
      fault === 'empty_page' || this.random.happens(this.settings().listingEmptyPageProbability);
    if (fault === 'empty_listing') return this.ended({ position, at: source.size });
    if (skipsThisPage) return { members: [], cursor: this.cursor(position), hasMore: true };
    const repeats = fault === 'repeated_page';
    const from = repeats ? position.previous : position.next;
    const { members, next } = collect({
      source,
      from,
      limit: Math.min(position.limit, this.settings().listingPageMaximum),
      includeRemoved: position.includeRemoved,
    });
    const after = repeats ? position.next : next;
    const cursor = this.cursor({ ...position, next: after, previous: from });
    return { members, cursor, hasMore: after < source.size };
  }

  private ended({ position, at }: { position: Position; at: number }): Page {
    return { members: [], cursor: this.cursor({ ...position, next: at }), hasMore: false };
  }

  private cursor(position: Position): string {
    return this.seal.close({ purpose: 'members', content: { ...position, issuedAtMs: this.nowMs() } });
  }

  private openSnapshot(team: Team): number {
    this.lastSnapshot += 1;
    this.snapshots.set(this.lastSnapshot, team.roster.snapshot());
    for (const [id, snapshot] of this.snapshots) {
      if (this.snapshots.size <= OPEN_SNAPSHOTS) break;
      snapshot.release();
      this.snapshots.delete(id);
    }
    return this.lastSnapshot;
  }
}

function collect({
  source,
  from,
  limit,
  includeRemoved,
}: {
  source: Snapshot;
  from: number;
  limit: number;
  includeRemoved: boolean;
}): { members: Member[]; next: number } {
  const members: Member[] = [];
  let next = from;
  while (next < source.size && members.length < limit) {
    const member = source.at(next);
    if (includeRemoved || member.status.kind !== 'removed') members.push(member);
    next += 1;
  }
  return { members, next };
}
