import { eventWriter, type TeamEvent } from '../audit/team-event.ts';
import { type DeviceKind, deviceSessionId } from '../devices/session-ids.ts';
import type { Session } from '../devices/sessions.ts';
import type { CursorKind } from '../journal.ts';
import { SimulatorUsageError } from '../settings.ts';
import type { World } from '../world.ts';
import type { ByHand, MemberChoice } from './by-hand.ts';
import { type EventInput, entryOfInput, millisecondsOf } from './event-input.ts';

export interface SessionInput {
  sessionId?: string;
  /** Timestamps, or milliseconds since the epoch; null leaves the field out. */
  created?: string | number | null;
  updated?: string | number | null;
}

export type DevicesInput = MemberChoice & Partial<Record<DeviceKind, readonly SessionInput[]>>;

/** What the audit log and the list of devices can be told. */
export class Activity {
  private readonly world: World;
  private readonly byHand: ByHand;

  constructor({ world, byHand }: { world: World; byHand: ByHand }) {
    this.world = world;
    this.byHand = byHand;
  }

  /** All of them, or with a mistake in one of them none. Returns how many there are now. */
  addEvents({ team: index = 0, events }: { team?: number; events: readonly EventInput[] }): {
    recorded: number;
  } {
    const team = this.world.team(index);
    const nowMs = this.world.clock.nowMs();
    const entries = events.map((input, at) => {
      try {
        return entryOfInput({ input, team, nowMs });
      } catch (error) {
        if (!(error instanceof SimulatorUsageError)) throw error;
        throw new SimulatorUsageError(`Event ${at}: ${error.message}`);
      }
    });
    this.world.recordEvents({ team, entries });
    return { recorded: team.audit.stored.size };
  }

  /** The recorded events; what members do by themselves is the setting `generatedEvents`. */
  clearEvents({ team = 0 }: { team?: number } = {}): void {
    this.world.clearEvents(this.world.team(team));
  }

  /**
   * Everything that happened in `[fromMs, toMs)` as the log would show it, but without delay, retention and pages, for a
   * truth that is worked out elsewhere. Without a range: from the log's beginning to now.
   */
  *rawEvents({
    team: index = 0,
    fromMs,
    toMs,
  }: {
    team?: number;
    fromMs?: number;
    toMs?: number;
  } = {}): Iterable<TeamEvent> {
    const team = this.world.team(index);
    const range = { fromMs: fromMs ?? 0, toMs: toMs ?? this.world.clock.nowMs() + 1 };
    const write = eventWriter(team);
    for (const entry of team.audit.entries(range)) yield write(entry);
  }

  /** Every cursor so far is answered with `reset`; of the log and of the list of devices, unless one is named. */
  resetCursors({ team = 0, of }: { team?: number; of?: CursorKind } = {}): void {
    if (of !== undefined && of !== 'audit' && of !== 'devices') {
      throw new SimulatorUsageError('"of" is "audit" or "devices".');
    }
    for (const kind of of === undefined ? (['audit', 'devices'] as const) : [of]) {
      this.world.resetCursors({ team: this.world.team(team), of: kind });
    }
  }

  /** Replaces a member's sessions; kinds that are not named have none. */
  setDevices(input: DevicesInput): void {
    const member = this.byHand.find(input);
    if (member === undefined) throw new SimulatorUsageError('There is no such member.');
    const team = this.world.team(input.team ?? 0);
    const sessionsOf = (kind: DeviceKind) =>
      (input[kind] ?? []).map((given, number) =>
        this.session({ given, kind, number, member: member.index, team }),
      );
    this.world.setSessions({
      team,
      sessions: {
        member: member.index,
        given: { web: sessionsOf('web'), desktop: sessionsOf('desktop'), mobile: sessionsOf('mobile') },
      },
    });
  }

  private session({
    given,
    kind,
    number,
    member,
    team,
  }: {
    given: SessionInput;
    kind: DeviceKind;
    number: number;
    member: number;
    team: { index: number };
  }): Session {
    const { sessionId, created = null, updated = this.world.clock.nowMs() } = given;
    return {
      id: sessionId ?? deviceSessionId({ team: team.index, member, kind, number }),
      createdAtMs: created === null ? null : millisecondsOf({ value: created, name: 'created' }),
      updatedAtMs: updated === null ? null : millisecondsOf({ value: updated, name: 'updated' }),
    };
  }
}
