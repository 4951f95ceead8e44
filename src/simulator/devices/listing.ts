import type { team as api } from 'dropbox';
import { dropboxTimestamp } from '../clock.ts';
import type { PageFault } from '../faults.ts';
import type { Seal } from '../seal.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Team } from '../team.ts';
import { memberDevices } from './member-devices.ts';
import type { DeviceKind } from './session-ids.ts';
import { generatedSessions, type MemberSessions, type SetSessions } from './sessions.ts';

interface Position {
  readonly team: number;
  readonly next: number;
  readonly previous: number;
  readonly generation: number;
  readonly issuedAtMs: number;
}

export interface DevicePage {
  readonly devices: api.MemberDevices[];
  readonly hasMore: boolean;
  /** Null on the last page, where Dropbox may leave it out. */
  readonly cursor: string | null;
}

/** The sessions of each team's members, member by member. */
export class DeviceListing {
  private readonly given = new Map<string, SetSessions & { team: number }>();
  private readonly generations = new Map<number, number>();
  private readonly seal: Seal;
  private readonly nowMs: () => number;
  private readonly settings: () => SimulatorSettings;

  constructor(options: { seal: Seal; nowMs: () => number; settings: () => SimulatorSettings }) {
    this.seal = options.seal;
    this.nowMs = options.nowMs;
    this.settings = options.settings;
  }

  generation(team: number): number {
    return this.generations.get(team) ?? 0;
  }

  resetTo({ team, generation }: { team: number; generation: number }): void {
    this.generations.set(team, generation);
  }

  give({ team, sessions }: { team: number; sessions: SetSessions }): void {
    this.given.set(`${team}/${sessions.member}`, { ...sessions, team });
  }

  allGiven(): Iterable<SetSessions & { team: number }> {
    return this.given.values();
  }

  /** Null when the cursor is not one of this team's, too old, or was reset. */
  page({
    team,
    cursor,
    kinds,
    fault,
  }: {
    team: Team;
    cursor: string | null;
    kinds: Readonly<Record<DeviceKind, boolean>>;
    fault: PageFault;
  }): DevicePage | null {
    const position = cursor === null ? this.start(team) : this.opened({ team, cursor });
    if (position === null) return null;
    if (fault === 'empty_listing') return { devices: [], hasMore: false, cursor: null };
    if (fault === 'empty_page') return { devices: [], hasMore: true, cursor: this.sealed(position) };
    const repeats = fault === 'repeated_page';
    const from = repeats ? position.previous : position.next;
    const end = Math.min(from + this.settings().devicePageMaximum, team.roster.size);
    const devices: api.MemberDevices[] = [];
    for (let member = from; member < end; member += 1) {
      const sessions = this.sessionsOf({ team, member });
      const { teamMemberId } = team.roster.at(member);
      const entry = memberDevices({ teamMemberId, member, sessions, kinds, stamp: dropboxTimestamp });
      if (entry !== null) devices.push(entry);
    }
    const next = repeats ? position.next : end;
    const hasMore = next < team.roster.size;
    return { devices, hasMore, cursor: hasMore ? this.sealed({ ...position, next, previous: from }) : null };
  }

  /** Of active and suspended members; the others have no session left. */
  sessionsOf({ team, member }: { team: Team; member: number }): MemberSessions {
    const given = this.given.get(`${team.index}/${member}`);
    if (given !== undefined) return given.given;
    const { status, index } = team.roster.at(member);
    const isPresent = status.kind === 'active' || status.kind === 'suspended';
    if (!isPresent || !this.settings().generatedDevices || index >= team.startSize) {
      return { web: [], desktop: [], mobile: [] };
    }
    const { profiles, seed, epochMs } = team.audit.generated;
    const endedAtMs = team.roster.lifeAt(member).endedAtMs ?? Number.POSITIVE_INFINITY;
    const lastOwnMs = Math.min(profiles.lastOwnMs(member), endedAtMs);
    return generatedSessions({ team: team.index, seed, member, lastOwnMs, epochMs, nowMs: this.nowMs() });
  }

  private start(team: Team): Position {
    const generation = this.generation(team.index);
    return { team: team.index, next: 0, previous: 0, generation, issuedAtMs: this.nowMs() };
  }

  private opened({ team, cursor }: { team: Team; cursor: string }): Position | null {
    const position = this.seal.open({ purpose: 'devices', text: cursor }) as Position | undefined;
    const lifetimeMs = this.settings().cursorLifetimeMs;
    if (position === undefined || position.team !== team.index) return null;
    if (position.generation !== this.generation(team.index)) return null;
    return lifetimeMs !== null && this.nowMs() >= position.issuedAtMs + lifetimeMs ? null : position;
  }

  private sealed(position: Position): string {
    return this.seal.close({ purpose: 'devices', content: { ...position, issuedAtMs: this.nowMs() } });
  }
}
