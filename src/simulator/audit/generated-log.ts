import { createHash } from 'node:crypto';
import type { Roster } from '../members/roster.ts';
import { hash32, share } from '../random.ts';
import type { SimulatorSettings } from '../settings.ts';
import { ActivityProfiles } from './activity-profile.ts';
import type { AuditEntry } from './entry.ts';
import { backgroundEvent, ownEvent } from './everyday-events.ts';
import { generatedStatusChange } from './status-changes.ts';

const DAY_MS = 86_400_000;
/** How far back the log reaches at the team's beginning. */
const HISTORY_DAYS = 400;
/** The population's changes of state all lie within this time before the epoch; see population.ts. */
const CHANGE_DAYS = 35;
/** Shares of a day's events by hour of day; a step function, so that time and place in the day lead to each other. */
const NIGHT_END = { hour: 7, share: 0.05 };
const DAY_END = { hour: 19, share: 0.9 };

const SALT = { order: 11, happens: 12, own: 13 } as const;

/**
 * The events of the members a team began with, as a pure function of the seed: every member has one slot a day, the slots
 * of a day stand in the order of their times, and what happened in a slot follows from its number. Nothing is stored, any
 * moment can be gone to directly, and the log goes on for as long as the simulator's clock does.
 */
export class GeneratedLog {
  private readonly size: number;
  readonly seed: number;
  private readonly step: number;
  /** The beginning of the log. */
  readonly startMs: number;
  readonly epochMs: number;
  private readonly roster: Roster;
  readonly profiles: ActivityProfiles;

  constructor(options: { seed: number; teamIndex: number; size: number; epochMs: number; roster: Roster }) {
    const { seed, teamIndex, size, epochMs, roster } = options;
    this.size = size;
    this.seed = createHash('sha256').update(`audit/${seed}/${teamIndex}`).digest().readInt32BE(0);
    this.epochMs = epochMs;
    this.startMs = Math.floor(epochMs / DAY_MS - HISTORY_DAYS) * DAY_MS;
    this.roster = roster;
    this.profiles = new ActivityProfiles({ seed: this.seed, epochMs });
    // A step without a common divisor visits every member once a day.
    let step = Math.max(1, Math.floor(size * 0.618));
    while (greatestCommonDivisor(step, Math.max(1, size)) !== 1) step += 1;
    this.step = step;
  }

  /** Of a slot, in whole seconds; never falls from one slot to the next. */
  timeMsOf(slot: number): number {
    const day = Math.floor(slot / this.size);
    return this.startMs + day * DAY_MS + timeOfDayMs((slot % this.size) / this.size);
  }

  /** The first slot at or after this time. */
  firstSlotFrom(ms: number): number {
    const day = Math.floor((ms - this.startMs) / DAY_MS);
    if (this.size === 0 || day < 0) return 0;
    let [low, high] = [day * this.size, (day + 1) * this.size];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeMsOf(middle) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first slot that has nothing from before this time any more; changes of state come up to a day late. */
  endSlotOf(ms: number): number {
    const hasLateOnes = ms > this.epochMs - CHANGE_DAYS * DAY_MS && ms <= this.epochMs;
    return this.firstSlotFrom(hasLateOnes ? ms + DAY_MS : ms);
  }

  /** Mostly nothing, else an event of the day, or a change of state within the day before, which so comes late. */
  entryAt({ slot, settings }: { slot: number; settings: SimulatorSettings }): AuditEntry | null {
    const day = Math.floor(slot / this.size);
    const member = ((slot % this.size) * this.step + hash32(this.seed, day, SALT.order)) % this.size;
    const atMs = this.timeMsOf(slot);
    const isNearEpoch = atMs >= this.epochMs - CHANGE_DAYS * DAY_MS && atMs <= this.epochMs + DAY_MS;
    const original = isNearEpoch ? this.roster.originalUnlessActive(member) : null;
    const change = original && generatedStatusChange({ member: original, fromMs: atMs - DAY_MS, toMs: atMs });
    return change ?? this.everydayEntry({ member, day, atMs, settings });
  }

  /** About how many events a day has. */
  perDay(settings: SimulatorSettings): number {
    return Math.round(this.size * settings.generatedEventsPerMemberDay * 0.7);
  }

  private everydayEntry(moment: {
    member: number;
    day: number;
    atMs: number;
    settings: SimulatorSettings;
  }): AuditEntry | null {
    const { member, day, atMs, settings } = moment;
    const chance =
      settings.generatedEventsPerMemberDay * this.profiles.weightOf(member) * weekdayFactor(atMs);
    if (share(this.seed ^ day, member, SALT.happens) >= chance) return null;
    const { joinedAtMs, endedAtMs } = this.roster.lifeAt(member);
    if (joinedAtMs === null || atMs < joinedAtMs || (endedAtMs !== null && atMs >= endedAtMs)) return null;
    const lot = hash32(this.seed ^ day, member, SALT.own);
    const isActive = atMs <= this.profiles.lastOwnMs(member);
    if (isActive && lot % 100 < 80) return ownEvent({ member, atMs, lot: lot >>> 7 });
    // Whoever does nothing is still seen by the log now and then: that is what must not count.
    if (!isActive && lot % 100 >= 40) return null;
    return backgroundEvent({
      member,
      // Another member, as the one who shares, or the admin; admins come first in the order.
      other: (lot >>> 9) % this.size,
      atMs,
      lot: lot >>> 7,
      unknownShare: settings.unknownEventTypeShare,
    });
  }
}

function timeOfDayMs(part: number): number {
  const hours =
    part < NIGHT_END.share
      ? (part / NIGHT_END.share) * NIGHT_END.hour
      : part < DAY_END.share
        ? NIGHT_END.hour +
          ((part - NIGHT_END.share) / (DAY_END.share - NIGHT_END.share)) * (DAY_END.hour - NIGHT_END.hour)
        : DAY_END.hour + ((part - DAY_END.share) / (1 - DAY_END.share)) * (24 - DAY_END.hour);
  return Math.floor(hours * 3_600) * 1_000;
}

function weekdayFactor(atMs: number): number {
  const weekday = new Date(atMs).getUTCDay();
  return weekday === 0 || weekday === 6 ? 0.2 : 1.2;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
