import type { Fault } from './faults.ts';
import type { Operation } from './members/outcomes.ts';
import { RecentList } from './recent-list.ts';

/** One request as it came in and how it was answered. Holds no token: `tokenId` is a short hash of it. */
export interface LedgerCall {
  readonly seq: number;
  /** By the simulator's clock. */
  readonly at: string;
  readonly method: string;
  /** `team/members/add_v2`, `oauth2/token`. */
  readonly route: string;
  readonly body: unknown;
  /** Null while unanswered, and for ever when the connection was reset or left hanging. */
  status: number | null;
  /** Team id of the token, null without one. */
  team: string | null;
  tokenId: string | null;
  fault: Fault['kind'] | null;
  /** Fields of the body that the route does not know; Dropbox ignores them, a test may not want to. */
  unknownFields: string[];
  readonly requestId: string;
}

export type EffectKind = Operation | 'join' | 'set_roles' | 'set_licences' | 'authorise' | 'revoke_grant';

/** Something that really changed in the team, exactly once per entry. */
export interface LedgerEffect {
  readonly seq: number;
  readonly at: string;
  readonly kind: EffectKind;
  /** Through the API, or by hand (a control, or the invited person). */
  readonly by: 'api' | 'hand';
  readonly team: string;
  readonly teamMemberId: string | null;
  readonly email: string | null;
  readonly externalId: string | null;
  /** What matters about the change, such as `wipeData` and `sendWelcomeEmail` with the values that were used. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type LedgerChange = { kind: 'effect'; effect: LedgerEffect } | { kind: 'effects_cleared' };

export interface LedgerFilter {
  /** Only entries with a greater `seq`. */
  since?: number;
}

const EFFECT_CAPACITY = 500_000;

/** What was asked and what took place. Both lists forget their oldest entries; `seq` orders them against each other. */
export class Ledger {
  private lastSeq = 0;
  private readonly recentCalls: RecentList<LedgerCall>;
  private readonly recentEffects = new RecentList<LedgerEffect>(EFFECT_CAPACITY);
  private readonly nowMs: () => number;
  private readonly keep: (change: LedgerChange) => void;

  constructor(options: {
    callCapacity: number;
    nowMs: () => number;
    keep: (change: LedgerChange) => void;
  }) {
    this.recentCalls = new RecentList(options.callCapacity);
    this.nowMs = options.nowMs;
    this.keep = options.keep;
  }

  /** The `seq` of the newest entry: pass it as `since` to see only what comes after. */
  get position(): number {
    return this.lastSeq;
  }

  calls(filter: LedgerFilter & { route?: string; status?: number } = {}): LedgerCall[] {
    const { since = 0, route, status } = filter;
    return this.recentCalls.filter(
      (call) =>
        call.seq > since &&
        (route === undefined || call.route === route) &&
        (status === undefined || call.status === status),
    );
  }

  effects(
    filter: LedgerFilter & {
      kind?: EffectKind;
      email?: string;
      externalId?: string;
      teamMemberId?: string;
      team?: string;
    } = {},
  ): LedgerEffect[] {
    const { since = 0, kind, email, externalId, teamMemberId, team } = filter;
    return this.recentEffects.filter(
      (effect) =>
        effect.seq > since &&
        (kind === undefined || effect.kind === kind) &&
        (email === undefined || effect.email?.toLowerCase() === email.toLowerCase()) &&
        (externalId === undefined || effect.externalId === externalId) &&
        (teamMemberId === undefined || effect.teamMemberId === teamMemberId) &&
        (team === undefined || effect.team === team),
    );
  }

  /** Forgets both lists; `seq` goes on. */
  clear(): void {
    this.recentCalls.clear();
    this.recentEffects.clear();
    this.keep({ kind: 'effects_cleared' });
  }

  openCall(call: Pick<LedgerCall, 'method' | 'route' | 'body' | 'requestId'>): LedgerCall {
    const opened: LedgerCall = {
      seq: this.nextSeq(),
      at: this.timestamp(this.nowMs()),
      ...call,
      status: null,
      team: null,
      tokenId: null,
      fault: null,
      unknownFields: [],
    };
    this.recentCalls.push(opened);
    return opened;
  }

  addEffect({ atMs, ...effect }: Omit<LedgerEffect, 'seq' | 'at'> & { atMs: number }): void {
    const added: LedgerEffect = { seq: this.nextSeq(), at: this.timestamp(atMs), ...effect };
    this.recentEffects.push(added);
    this.keep({ kind: 'effect', effect: added });
  }

  /** Takes back what a state file kept. */
  restore(change: LedgerChange): void {
    if (change.kind === 'effects_cleared') {
      this.recentEffects.clear();
      return;
    }
    this.lastSeq = Math.max(this.lastSeq, change.effect.seq);
    this.recentEffects.push(change.effect);
  }

  private nextSeq(): number {
    this.lastSeq += 1;
    return this.lastSeq;
  }

  private timestamp(ms: number): string {
    return new Date(ms).toISOString();
  }
}
