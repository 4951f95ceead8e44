import { randomBytes } from 'node:crypto';
import type { JobOutcome, SimulatorSettings } from './settings.ts';

export type JobRoute =
  | 'team/members/add_v2'
  | 'team/members/remove'
  | 'team/members/move_former_member_files';

export interface Job {
  readonly id: string;
  readonly route: JobRoute;
  /** Index of the team. */
  readonly team: number;
  readonly createdAtMs: number;
  readonly dueAtMs: number;
  readonly outcome: JobOutcome;
  /** The checked argument of the call that began it; dropped once the job is over. */
  readonly argument: unknown;
  readonly done: boolean;
  /** Its id is no longer known to callers. */
  readonly forgotten: boolean;
  readonly result: unknown;
}

export type PolledJob =
  | { state: 'in_progress' }
  | { state: 'complete'; result: unknown }
  | { state: 'failed' }
  | { state: 'internal_error' }
  | { state: 'unknown' };

const REMEMBERED_JOBS = 10_000;

/**
 * Async jobs. A job's effect takes place when its time is up by the simulator's clock; whoever looks next sees it, dated
 * with that time. No timers: a clock that is moved on makes everything due at once.
 */
export class Jobs {
  private jobs = new Map<string, Job>();
  private readonly running = new Set<string>();
  private readonly nowMs: () => number;
  private readonly settings: () => SimulatorSettings;
  private readonly keep: (job: Job) => void;
  private readonly perform: (job: Job) => unknown;

  constructor(options: {
    nowMs: () => number;
    settings: () => SimulatorSettings;
    keep: (job: Job) => void;
    /** Applies the effect and returns the result, which can be seen by polling. */
    perform: (job: Job) => unknown;
  }) {
    this.nowMs = options.nowMs;
    this.settings = options.settings;
    this.keep = options.keep;
    this.perform = options.perform;
  }

  launch({
    route,
    team,
    argument,
    outcome = this.settings().jobOutcome,
    durationMs = this.settings().jobDurationMs,
  }: Pick<Job, 'route' | 'team' | 'argument'> & { outcome?: JobOutcome; durationMs?: number }): string {
    const createdAtMs = this.nowMs();
    const job: Job = {
      id: `dbjid:AA${randomBytes(24).toString('base64url')}`,
      route,
      team,
      createdAtMs,
      dueAtMs: createdAtMs + durationMs,
      outcome,
      argument,
      done: false,
      forgotten: false,
      result: null,
    };
    this.store(job);
    return job.id;
  }

  /** A job id is bound to its team and to the kind of call that gave it. */
  poll({ id, route, team }: { id: string; route: JobRoute; team: number }): PolledJob {
    const job = this.jobs.get(id);
    const forgottenAfterMs = this.settings().jobForgottenAfterMs;
    if (job === undefined || job.forgotten || job.route !== route || job.team !== team)
      return { state: 'unknown' };
    if (forgottenAfterMs !== null && this.nowMs() >= job.createdAtMs + forgottenAfterMs)
      return { state: 'unknown' };
    if (!job.done) return { state: 'in_progress' };
    switch (job.outcome) {
      case 'complete':
        return { state: 'complete', result: job.result };
      case 'failed':
        return { state: 'failed' };
      case 'internal_error':
      case 'internal_error_after_effect':
        return { state: 'internal_error' };
      case 'never_ends':
        return { state: 'in_progress' };
    }
  }

  /** Applies what became due, in the order in which it did. */
  settle(): void {
    if (this.running.size === 0) return;
    const now = this.nowMs();
    const due: Job[] = [];
    for (const id of this.running) {
      const job = this.jobs.get(id);
      if (job !== undefined && job.dueAtMs <= now) due.push(job);
    }
    due.sort((a, b) => a.dueAtMs - b.dueAtMs);
    for (const job of due) {
      const applies = job.outcome === 'complete' || job.outcome === 'internal_error_after_effect';
      this.store({ ...job, done: true, result: applies ? this.perform(job) : null, argument: null });
    }
  }

  /** Every id handed out so far becomes unknown; what is under way still takes place. */
  forgetIds(): void {
    for (const job of this.jobs.values()) this.store({ ...job, forgotten: true });
  }

  all(): Iterable<Job> {
    return this.jobs.values();
  }

  restore(job: Job): void {
    this.jobs.set(job.id, job);
    if (job.done || job.outcome === 'never_ends') this.running.delete(job.id);
    else this.running.add(job.id);
  }

  private store(job: Job): void {
    this.restore(job);
    this.keep(job);
    if (this.jobs.size > REMEMBERED_JOBS) {
      for (const { id, done } of this.jobs.values()) {
        if (this.jobs.size <= REMEMBERED_JOBS * 0.9) break;
        if (done) this.jobs.delete(id);
      }
    }
  }
}
