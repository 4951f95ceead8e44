import { lifeOf, type MemberLife } from './life.ts';
import { emailKey, isRecoverable, type Member } from './member.ts';
import type { MemberIds } from './member-ids.ts';
import type { Population } from './population.ts';
import { GENERATED_ADMINS } from './population.ts';
import { isTeamAdmin } from './roles.ts';

export type Selector =
  | { '.tag': 'team_member_id'; team_member_id: string }
  | { '.tag': 'external_id'; external_id: string }
  | { '.tag': 'email'; email: string };

export interface Headcount {
  active: number;
  invited: number;
  suspended: number;
  removed: number;
}

/** A view of the team as it was; keeps only what changed since. */
export interface Snapshot {
  readonly size: number;
  at(index: number): Member;
}

/**
 * The members of one team: those it began with, computed, under those that were changed or added, stored.
 * The listing order is the index, which never changes.
 */
export class Roster {
  readonly headcount: Headcount = { active: 0, invited: 0, suspended: 0, removed: 0 };
  /** Active full admins; the last one is protected. */
  teamAdmins = 0;
  private total: number;
  private readonly changed = new Map<number, Member>();
  private readonly byEmail = new Map<string, Set<number>>();
  private readonly byExternalId = new Map<string, Set<number>>();
  private readonly snapshots = new Set<Map<number, Member>>();
  private readonly population: Population;
  private readonly ids: MemberIds;
  private readonly nowMs: () => number;
  private readonly recoverWindowMs: number;

  constructor(options: {
    population: Population;
    ids: MemberIds;
    nowMs: () => number;
    recoverWindowMs: number;
  }) {
    this.population = options.population;
    this.ids = options.ids;
    this.nowMs = options.nowMs;
    this.recoverWindowMs = options.recoverWindowMs;
    this.total = this.population.size;
    for (let index = 0; index < this.total; index += 1) {
      const kind = this.population.statusKindAt(index);
      this.headcount[kind === 'removed_recoverable' || kind === 'removed_final' ? 'removed' : kind] += 1;
    }
    for (let index = 0; index < Math.min(GENERATED_ADMINS, this.total); index += 1) {
      if (countsAsAdmin(this.population.at(index))) this.teamAdmins += 1;
    }
  }

  get size(): number {
    return this.total;
  }

  at(index: number): Member {
    return this.changed.get(index) ?? this.population.at(index);
  }

  /** A member as the team began with it, unless it was active: those states have a date in the audit log. */
  originalUnlessActive(index: number): Member | null {
    return this.population.statusKindAt(index) === 'active' ? null : this.population.at(index);
  }

  /** The dates alone; cheap also where the member is computed. */
  lifeAt(index: number): MemberLife {
    const changed = this.changed.get(index);
    return changed === undefined ? this.population.lifeAt(index) : lifeOf(changed);
  }

  /** The member of an account id, removed ones included. */
  findByAccountId(accountId: string): Member | undefined {
    const index = this.ids.indexOfAccount(accountId);
    return index !== undefined && index < this.total ? this.at(index) : undefined;
  }

  /** Identity for the next added member. */
  nextIdentity(): { index: number; teamMemberId: string; accountId: string } {
    const index = this.total;
    return { index, teamMemberId: this.ids.teamMemberId(index), accountId: this.ids.accountId(index) };
  }

  /** Stores a changed or added member. */
  put(member: Member): void {
    const before = member.index < this.total ? this.at(member.index) : undefined;
    if (before === undefined) {
      this.total = member.index + 1;
    } else {
      for (const originals of this.snapshots) {
        if (!originals.has(member.index)) originals.set(member.index, before);
      }
      this.headcount[before.status.kind] -= 1;
      if (countsAsAdmin(before)) this.teamAdmins -= 1;
    }
    this.headcount[member.status.kind] += 1;
    if (countsAsAdmin(member)) this.teamAdmins += 1;
    this.changed.set(member.index, member);
    remember(this.byEmail, emailKey(member.email), member.index);
    if (member.externalId !== null) remember(this.byExternalId, member.externalId, member.index);
  }

  find(selector: Selector): Member | undefined {
    switch (selector['.tag']) {
      case 'team_member_id': {
        const index = this.ids.indexOf(selector.team_member_id);
        return index !== undefined && index < this.total ? this.at(index) : undefined;
      }
      case 'email':
        return this.findByEmail(selector.email);
      case 'external_id':
        return this.findByExternalId(selector.external_id);
    }
  }

  findByEmail(email: string): Member | undefined {
    const key = emailKey(email);
    return this.present({
      indexes: [this.population.indexOfEmail(key), ...(this.byEmail.get(key) ?? [])],
      matches: (member) => emailKey(member.email) === key,
    });
  }

  findByExternalId(externalId: string): Member | undefined {
    return this.present({
      indexes: [this.population.indexOfExternalId(externalId), ...(this.byExternalId.get(externalId) ?? [])],
      matches: (member) => member.externalId === externalId,
    });
  }

  changedMembers(): Iterable<Member> {
    return this.changed.values();
  }

  /** The first active full admin, who authorises the app. */
  connectingAdmin(): Member | undefined {
    for (let index = 0; index < Math.min(GENERATED_ADMINS, this.total); index += 1) {
      const member = this.at(index);
      if (countsAsAdmin(member)) return member;
    }
    for (const member of this.changed.values()) if (countsAsAdmin(member)) return member;
    return undefined;
  }

  snapshot(): Snapshot & { release(): void } {
    const originals = new Map<number, Member>();
    this.snapshots.add(originals);
    return {
      size: this.total,
      at: (index) => originals.get(index) ?? this.at(index),
      release: () => this.snapshots.delete(originals),
    };
  }

  /**
   * An address can belong to several records: members removed for good and one who has it now. The present one wins,
   * then one that can still be recovered, then the latest.
   */
  private present({
    indexes,
    matches,
  }: {
    indexes: readonly (number | undefined)[];
    matches: (member: Member) => boolean;
  }): Member | undefined {
    let best: Member | undefined;
    for (const index of indexes) {
      if (index === undefined) continue;
      const member = this.at(index);
      if (matches(member) && (best === undefined || this.rank(member) >= this.rank(best))) best = member;
    }
    return best;
  }

  private rank(member: Member): number {
    if (member.status.kind !== 'removed') return 2;
    return isRecoverable({ member, nowMs: this.nowMs(), recoverWindowMs: this.recoverWindowMs }) ? 1 : 0;
  }
}

const countsAsAdmin = (member: Member): boolean =>
  member.status.kind === 'active' && isTeamAdmin(member.roleIds);

function remember(index: Map<string, Set<number>>, key: string, value: number): void {
  const entries = index.get(key);
  if (entries === undefined) index.set(key, new Set([value]));
  else entries.add(value);
}
