import { createHash, randomBytes } from 'node:crypto';
import type { Seal } from '../seal.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Grant } from './grant.ts';

export type TokenLook =
  | { state: 'good'; grant: Grant; scopes: readonly string[] }
  | { state: 'expired' }
  | { state: 'invalid' };

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Short name of a token for the ledger; does not lead back to it. */
export const tokenIdOf = (token: string): string => hashOf(token).slice(0, 12);

interface SealedAccess {
  grant: string;
  generation: number;
  expiresAtMs: number;
  scopes: string[];
}

/**
 * Who authorised what. Access and refresh tokens are sealed texts naming their grant, so refreshing stores nothing and many
 * access tokens can be alive at once; a grant that is revoked kills them all.
 */
export class Grants {
  private readonly grants = new Map<string, Grant>();
  private readonly byCode = new Map<string, string>();
  private readonly seal: Seal;
  private readonly nowMs: () => number;
  private readonly settings: () => SimulatorSettings;
  private readonly keep: (grant: Grant) => void;

  constructor(options: {
    seal: Seal;
    nowMs: () => number;
    settings: () => SimulatorSettings;
    keep: (grant: Grant) => void;
  }) {
    this.seal = options.seal;
    this.nowMs = options.nowMs;
    this.settings = options.settings;
    this.keep = options.keep;
  }

  /** Returns the code that the app exchanges, once, within ten minutes. */
  authorise({
    team,
    admin,
    scopes,
    offline,
    redirectUri,
    challenge,
  }: Pick<Grant, 'team' | 'admin' | 'scopes' | 'offline'> &
    Pick<Grant['code'], 'redirectUri' | 'challenge'>): string {
    const code = randomBytes(32).toString('base64url');
    const expiresAtMs = this.nowMs() + this.settings().codeLifetimeMs;
    this.store({
      team,
      admin,
      scopes,
      offline,
      id: randomBytes(9).toString('base64url'),
      code: { hash: hashOf(code), expiresAtMs, redirectUri, challenge, used: false },
      revoked: false,
      refreshRevoked: false,
      accessGeneration: 0,
    });
    return code;
  }

  /** The grant behind an unused code that has not expired. */
  byFreshCode(code: string): Grant | undefined {
    const grant = this.grants.get(this.byCode.get(hashOf(code)) ?? '');
    if (grant === undefined || grant.code.used || grant.revoked) return undefined;
    return this.nowMs() < grant.code.expiresAtMs ? grant : undefined;
  }

  markCodeUsed(grant: Grant): void {
    this.store({ ...grant, code: { ...grant.code, used: true } });
  }

  accessToken({ grant, scopes = grant.scopes }: { grant: Grant; scopes?: readonly string[] }): {
    token: string;
    expiresInSeconds: number;
  } {
    const lifetimeMs = this.settings().accessTokenLifetimeMs;
    const content: SealedAccess = {
      grant: grant.id,
      generation: grant.accessGeneration,
      expiresAtMs: this.nowMs() + lifetimeMs,
      scopes: [...scopes],
    };
    const token = `sl.${this.seal.close({ purpose: 'access', content })}`;
    return { token, expiresInSeconds: Math.floor(lifetimeMs / 1000) };
  }

  /** Does not expire by itself. */
  refreshToken(grant: Grant): string {
    return this.seal.close({ purpose: 'refresh', content: { grant: grant.id } });
  }

  /** Undefined when it was invented, altered or revoked. */
  byRefreshToken(token: string): Grant | undefined {
    const sealed = this.seal.open({ purpose: 'refresh', text: token }) as { grant: string } | undefined;
    const grant = this.grants.get(sealed?.grant ?? '');
    return grant === undefined || grant.revoked || grant.refreshRevoked ? undefined : grant;
  }

  byAccessToken(token: string): TokenLook {
    if (!token.startsWith('sl.')) return { state: 'invalid' };
    const sealed = this.seal.open({ purpose: 'access', text: token.slice(3) }) as SealedAccess | undefined;
    const grant = this.grants.get(sealed?.grant ?? '');
    if (sealed === undefined || grant === undefined || grant.revoked) return { state: 'invalid' };
    const expired = this.nowMs() >= sealed.expiresAtMs || sealed.generation < grant.accessGeneration;
    if (expired) return { state: 'expired' };
    // A scope that was taken from the grant later is gone from its tokens at once.
    return { state: 'good', grant, scopes: sealed.scopes.filter((scope) => grant.scopes.includes(scope)) };
  }

  update(grant: Grant): void {
    this.store(grant);
  }

  ofTeam(team: number | null): Grant[] {
    return [...this.grants.values()].filter((grant) => grant.team === team);
  }

  all(): Iterable<Grant> {
    return this.grants.values();
  }

  restore(grant: Grant): void {
    this.grants.set(grant.id, grant);
    this.byCode.set(grant.code.hash, grant.id);
  }

  private store(grant: Grant): void {
    this.restore(grant);
    this.keep(grant);
  }
}
