import { createHash } from 'node:crypto';
import { hash32, share } from '../random.ts';
import type { MemberLife } from './life.ts';
import type { Member, MemberStatus } from './member.ts';
import type { MemberIds } from './member-ids.ts';
import { folded, GIVEN_NAMES, SURNAMES } from './names.ts';
import { ROLES, TEAM_ADMIN_ROLE_ID } from './roles.ts';

const DAY_MS = 86_400_000;
const PAIRS = GIVEN_NAMES.length * SURNAMES.length;
const FOLDED_GIVEN_NAMES = GIVEN_NAMES.map(folded);
const FOLDED_SURNAMES = SURNAMES.map(folded);
const GIVEN_INDEX = new Map(FOLDED_GIVEN_NAMES.map((name, index) => [name, index]));
const SURNAME_INDEX = new Map(FOLDED_SURNAMES.map((name, index) => [name, index]));

/** Two full admins, one for users, one for support; the first is who connects the app. */
const FIRST_MEMBERS_ROLES = [TEAM_ADMIN_ROLE_ID, TEAM_ADMIN_ROLE_ID, ROLES[1]?.role_id, ROLES[2]?.role_id];
export const GENERATED_ADMINS = FIRST_MEMBERS_ROLES.length;

const SALT = { status: 1, joined: 2, removed: 3, externalId: 4, suspended: 5, invited: 6 } as const;

export interface PopulationOptions {
  readonly seed: number;
  readonly teamIndex: number;
  readonly domain: string;
  readonly size: number;
  readonly ids: MemberIds;
  /** When the team was made; the generated dates lie before it. */
  readonly epochMs: number;
  readonly recoverWindowMs: number;
  readonly externalIdShare: number;
}

/**
 * The members a team begins with, as a pure function of seed and index: nothing is stored, so a million of them cost
 * nothing. Addresses, external ids and member ids lead back to the index by arithmetic.
 */
export class Population {
  readonly size: number;
  private readonly seed: number;
  private readonly options: PopulationOptions;
  private readonly step: number;
  private readonly stepInverse: number;
  private readonly offset: number;

  constructor(options: PopulationOptions) {
    this.options = options;
    this.size = options.size;
    this.seed = createHash('sha256').update(`${options.seed}/${options.teamIndex}`).digest().readInt32BE(0);
    this.offset = hash32(this.seed, 0, 100) % PAIRS;
    // Any step without a common divisor visits every pair of names once before the first one comes again.
    let step = (hash32(this.seed, 1, 100) % PAIRS) | 1;
    while (greatestCommonDivisor(step, PAIRS) !== 1) step += 2;
    this.step = step % PAIRS;
    this.stepInverse = inverse(this.step, PAIRS);
  }

  /** The state alone, for counting a big team at its start without making its members. */
  statusKindAt(index: number): 'active' | 'invited' | 'suspended' | 'removed_recoverable' | 'removed_final' {
    if (index < GENERATED_ADMINS) return 'active';
    const lot = hash32(this.seed, index, SALT.status) % 1000;
    if (lot < 880) return 'active';
    if (lot < 925) return 'invited';
    if (lot < 955) return 'suspended';
    return lot < 975 ? 'removed_recoverable' : 'removed_final';
  }

  at(index: number): Member {
    const { ids, domain, epochMs } = this.options;
    const kind = this.statusKindAt(index);
    const pair = (((index % PAIRS) * this.step) % PAIRS) + this.offset;
    const given = pair % GIVEN_NAMES.length;
    const family = Math.floor((pair % PAIRS) / GIVEN_NAMES.length);
    const [givenName = '', surname = ''] = [GIVEN_NAMES[given], SURNAMES[family]];
    const address = `${FOLDED_GIVEN_NAMES[given]}.${FOLDED_SURNAMES[family]}`;
    const round = Math.floor(index / PAIRS);
    const invitedAtMs = this.before(epochMs, index, SALT.invited, 30 * DAY_MS);
    const role = FIRST_MEMBERS_ROLES[index];
    return {
      index,
      teamMemberId: ids.teamMemberId(index),
      accountId: ids.accountId(index),
      status: this.statusAt(index, kind),
      email: `${address}${round === 0 ? '' : round + 1}@${domain}`,
      emailVerified: kind !== 'invited',
      givenName: kind === 'invited' ? '' : givenName,
      surname: kind === 'invited' ? '' : surname,
      externalId: this.hasExternalId(index) ? externalIdAt(index) : null,
      persistentId: null,
      directoryRestricted: null,
      roleIds: role === undefined ? [] : [role],
      invitedAtMs: kind === 'invited' ? invitedAtMs : null,
      joinedAtMs: kind === 'invited' ? null : this.joinedAtMs(index),
      suspendedAtMs: kind === 'suspended' ? this.suspendedAtMs(index) : null,
    };
  }

  /** The dates of a member alone, without the cost of ids and names. */
  lifeAt(index: number): MemberLife {
    const kind = this.statusKindAt(index);
    if (kind === 'invited') return { joinedAtMs: null, endedAtMs: null };
    const joinedAtMs = this.joinedAtMs(index);
    if (kind === 'active') return { joinedAtMs, endedAtMs: null };
    if (kind === 'suspended') return { joinedAtMs, endedAtMs: this.suspendedAtMs(index) };
    return {
      joinedAtMs,
      endedAtMs: this.removedAtMs({ index, recoverable: kind === 'removed_recoverable' }),
    };
  }

  indexOfEmail(emailKey: string): number | undefined {
    const match = /^([a-z]+)\.([a-z]+)(\d*)@(.+)$/.exec(emailKey);
    if (match === null || match[4] !== this.options.domain) return undefined;
    const given = GIVEN_INDEX.get(match[1] ?? '');
    const surname = SURNAME_INDEX.get(match[2] ?? '');
    if (given === undefined || surname === undefined) return undefined;
    const round = match[3] === '' ? 0 : Number(match[3]) - 1;
    if (round < 0 || (match[3] !== '' && String(round + 1) !== match[3]) || match[3] === '1')
      return undefined;
    const shifted = surname * GIVEN_NAMES.length + given - this.offset + PAIRS;
    return this.within(round * PAIRS + (((shifted % PAIRS) * this.stepInverse) % PAIRS));
  }

  indexOfExternalId(externalId: string): number | undefined {
    const match = /^HR-(\d{6,})$/.exec(externalId);
    const index = this.within(match === null ? -1 : Number(match[1]) - 1);
    return index !== undefined && this.hasExternalId(index) && externalIdAt(index) === externalId
      ? index
      : undefined;
  }

  private within(index: number): number | undefined {
    return index >= 0 && index < this.size ? index : undefined;
  }

  private hasExternalId(index: number): boolean {
    return share(this.seed, index, SALT.externalId) < this.options.externalIdShare;
  }

  private before(ms: number, index: number, salt: number, spanMs: number): number {
    return ms - Math.floor(share(this.seed, index, salt) * spanMs);
  }

  private joinedAtMs(index: number): number {
    return this.before(this.options.epochMs - 30 * DAY_MS, index, SALT.joined, 2_000 * DAY_MS);
  }

  private suspendedAtMs(index: number): number {
    return this.before(this.options.epochMs, index, SALT.suspended, 25 * DAY_MS);
  }

  private removedAtMs({ index, recoverable }: { index: number; recoverable: boolean }): number {
    const { epochMs, recoverWindowMs } = this.options;
    return recoverable
      ? this.before(epochMs, index, SALT.removed, recoverWindowMs * 0.8)
      : this.before(epochMs - recoverWindowMs, index, SALT.removed, 20 * DAY_MS);
  }

  private statusAt(index: number, kind: ReturnType<Population['statusKindAt']>): MemberStatus {
    if (kind === 'active' || kind === 'invited' || kind === 'suspended') return { kind };
    const recoverable = kind === 'removed_recoverable';
    const atMs = this.removedAtMs({ index, recoverable });
    return { kind: 'removed', atMs, recoverable, disconnected: false, before: 'active' };
  }
}

const externalIdAt = (index: number): string => `HR-${String(index + 1).padStart(6, '0')}`;

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** Extended Euclid: the number whose product with `value` leaves 1 by `modulus`. */
function inverse(value: number, modulus: number): number {
  let [old, rest] = [value, modulus];
  let [oldFactor, factor] = [1, 0];
  while (rest !== 0) {
    const times = Math.floor(old / rest);
    [old, rest] = [rest, old - times * rest];
    [oldFactor, factor] = [factor, oldFactor - times * factor];
  }
  return ((oldFactor % modulus) + modulus) % modulus;
}
