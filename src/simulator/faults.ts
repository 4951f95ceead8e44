import { randomUUID } from 'node:crypto';
import type { SeededRandom } from './random.ts';
import type { JobOutcome } from './settings.ts';

/** `before`: nothing was applied. `after`: the write was applied and only its answer is spoilt. */
type FaultMoment = 'before' | 'after';

export type Fault =
  /** 429. The hint (seconds) goes into the header, the body, both (default) or nowhere; `text` answers without JSON. */
  | {
      kind: 'rate_limited';
      retryAfterSeconds?: number;
      hint?: 'header' | 'body' | 'both' | 'none';
      text?: boolean;
      reason?: 'too_many_requests' | 'too_many_write_operations';
    }
  /** An error status with an HTML page, as a proxy in front of Dropbox gives it. Default 503, before. */
  | { kind: 'server_error'; status?: number; moment?: FaultMoment }
  /** Never answers; ends when the caller gives up. */
  | { kind: 'hang'; moment?: FaultMoment }
  /** The whole answer, a few bytes at a time over this long. */
  | { kind: 'slow'; durationMs: number }
  /** The right answer, this much later. */
  | { kind: 'delay'; delayMs: number }
  /** TCP reset. */
  | { kind: 'reset'; moment?: FaultMoment }
  /** Half of the JSON: as a complete answer (default), or with the connection cut in the middle. */
  | { kind: 'truncated'; cut?: boolean }
  /** 200 with a web page. */
  | { kind: 'html'; moment?: FaultMoment }
  /** A tag nobody has heard of: as 409, as the result's tag, or as every member's status. */
  | { kind: 'unknown_tag'; in: 'error' | 'result' | 'status' }
  | { kind: 'redirect'; location?: string; status?: number; moment?: FaultMoment }
  /** 409 with any tag of the route. */
  | { kind: 'refused'; error: { '.tag': string } & Record<string, unknown> }
  /** 401 with any tag, 403 likewise. */
  | { kind: 'denied'; status: 401 | 403; error: { '.tag': string } & Record<string, unknown> }
  /** Any answer at all. */
  | {
      kind: 'answer';
      status: number;
      body: string;
      contentType?: string;
      headers?: Record<string, string>;
      moment?: FaultMoment;
    }
  /** A listing without members that claims to be complete. */
  | { kind: 'empty_listing' }
  /** A page without members although more follow; nobody is lost by it. */
  | { kind: 'empty_page' }
  /** The page before, once more. */
  | { kind: 'repeated_page' }
  | { kind: 'invalid_cursor' }
  /** The write becomes an async job that ends like this. */
  | { kind: 'job'; outcome: JobOutcome; durationMs?: number };

/** The faults that a paged route plays itself, because its cursors have to stay right. */
export type PageFault = 'empty_listing' | 'empty_page' | 'repeated_page' | null;

const FAULT_KINDS: Readonly<Record<Fault['kind'], true>> = {
  rate_limited: true,
  server_error: true,
  hang: true,
  slow: true,
  delay: true,
  reset: true,
  truncated: true,
  html: true,
  unknown_tag: true,
  redirect: true,
  refused: true,
  denied: true,
  answer: true,
  empty_listing: true,
  empty_page: true,
  repeated_page: true,
  invalid_cursor: true,
  job: true,
};

/** For rules that come over HTTP, where a misspelt kind would otherwise strike as nothing. */
export const isFaultKind = (kind: unknown): kind is Fault['kind'] =>
  typeof kind === 'string' && Object.hasOwn(FAULT_KINDS, kind);

export interface FaultRule {
  /** `team/members/remove`, `team/members/*`, `oauth2/token` or `*`. */
  route: string;
  fault: Fault;
  /** How often it strikes; without it, until it is cleared. */
  count?: number;
  /** Only the n-th matching call, counted from 1. */
  nth?: number;
  /** Chance per matching call. */
  probability?: number;
  /** Only calls whose body holds exactly this text somewhere, such as an address; case does not matter. */
  mentions?: string;
  /** Any other condition on the body; by programme only. */
  matches?: (body: unknown) => boolean;
}

export interface ActiveFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** Calls that matched, and calls that were struck. */
  seen: number;
  struck: number;
}

/** Faults on demand. The first rule that matches a call and is due decides. */
export class Faults {
  private rules: ActiveFault[] = [];
  private readonly random: SeededRandom;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  add(rule: FaultRule): ActiveFault {
    const active: ActiveFault = { id: randomUUID(), rule, seen: 0, struck: 0 };
    this.rules.push(active);
    return active;
  }

  list(): readonly ActiveFault[] {
    return this.rules;
  }

  /** Removes one rule by its id, or all. */
  clear(id?: string): void {
    this.rules = id === undefined ? [] : this.rules.filter((rule) => rule.id !== id);
  }

  strike({ route, body }: { route: string; body: unknown }): Fault | null {
    // Every rule counts the calls it is meant for, whichever of them strikes.
    const meant = this.rules.filter(({ rule }) => isMeant({ rule, route, body }));
    for (const active of meant) active.seen += 1;
    const due = meant.find((active) => this.isDue(active));
    if (due === undefined) return null;
    due.struck += 1;
    return due.rule.fault;
  }

  private isDue({ rule: { count, nth, probability }, seen, struck }: ActiveFault): boolean {
    if (count !== undefined && struck >= count) return false;
    if (nth !== undefined && seen !== nth) return false;
    return probability === undefined || this.random.happens(probability);
  }
}

function isMeant({ rule, route, body }: { rule: FaultRule; route: string; body: unknown }): boolean {
  const here = rule.route.endsWith('*') ? route.startsWith(rule.route.slice(0, -1)) : route === rule.route;
  if (!here) return false;
  if (rule.mentions !== undefined && !mentions(body, rule.mentions.toLowerCase())) return false;
  return rule.matches?.(body) ?? true;
}

function mentions(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.toLowerCase() === text;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((entry) => mentions(entry, text));
}
