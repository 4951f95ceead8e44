import { GENERATED_ADMINS } from '../members/population.ts';
import { hash32, share } from '../random.ts';

const DAY_MS = 86_400_000;
const SALT = { kind: 21, last: 22, weight: 23 } as const;

/**
 * Until when, and how much, each generated member uses Dropbox: most still do, some stopped weeks ago, some months ago,
 * and some have never done anything. The admins always do.
 */
export class ActivityProfiles {
  private readonly seed: number;
  private readonly epochMs: number;

  constructor({ seed, epochMs }: { seed: number; epochMs: number }) {
    this.seed = seed;
    this.epochMs = epochMs;
  }

  /** Nothing of their own after this time; Infinity for those who go on, -Infinity for those who never began. */
  lastOwnMs(member: number): number {
    if (member < GENERATED_ADMINS) return Number.POSITIVE_INFINITY;
    const lot = hash32(this.seed, member, SALT.kind) % 100;
    if (lot < 72) return Number.POSITIVE_INFINITY;
    if (lot < 83) return this.daysAgo({ member, from: 14, to: 60 });
    return lot < 94 ? this.daysAgo({ member, from: 95, to: 350 }) : Number.NEGATIVE_INFINITY;
  }

  /** How much busier than the average: few people make most of the events. */
  weightOf(member: number): number {
    const lot = hash32(this.seed, member, SALT.weight) % 10;
    if (member < GENERATED_ADMINS || lot < 2) return 2.5;
    return lot < 5 ? 1.1 : 0.35;
  }

  private daysAgo({ member, from, to }: { member: number; from: number; to: number }): number {
    return this.epochMs - (from + share(this.seed, member, SALT.last) * (to - from)) * DAY_MS;
  }
}
