import { setTimeout as sleep } from 'node:timers/promises';
import { ChildRun } from './child-run.ts';
import type { Announced, ChildSpec, Failure, SupervisorEvent } from './child-spec.ts';
import { type Deferred, deferred } from './deferred.ts';

/** When a child that dies again and again ends the whole, and how long to wait before each restart. */
export type RestartPolicy = Readonly<{
  deaths: number;
  withinMs: number;
  firstDelayMs: number;
  longestDelayMs: number;
}>;

const DEFAULT_RESTART: RestartPolicy = {
  deaths: 5,
  withinMs: 60_000,
  firstDelayMs: 250,
  longestDelayMs: 5_000,
};
const SWEEP_WITHIN_MS = 5_000;

/** A child's place: its runs follow one another in it. */
type Place = {
  readonly spec: ChildSpec;
  readonly firstReady: Deferred<boolean>;
  run: ChildRun | undefined;
  deathsAt: number[];
};

/**
 * Keeps child processes running. They start in the order of their `after`, and stop one after the other in the reverse
 * order of the list, so that each can drain while those it needs still run. One that dies is restarted; one that cannot
 * start, or dies again and again, ends the whole.
 */
export class Supervisor {
  readonly #places: readonly Place[];
  readonly #onEvent: (event: SupervisorEvent) => void;
  readonly #restart: RestartPolicy;
  readonly #stopWithinMs: number;
  readonly #stopping = new AbortController();
  readonly #hurry = new AbortController();
  readonly #finished = deferred<Failure | undefined>();
  readonly #announced: Record<string, Readonly<Record<string, string>>> = {};
  #failure: Failure | undefined;

  constructor({
    children,
    onEvent,
    stopWithinMs,
    restart = DEFAULT_RESTART,
  }: {
    children: readonly ChildSpec[];
    onEvent: (event: SupervisorEvent) => void;
    /** For all of them together. */
    stopWithinMs: number;
    restart?: RestartPolicy;
  }) {
    this.#places = children.map((spec) => ({
      spec,
      firstReady: deferred<boolean>(),
      run: undefined,
      deathsAt: [],
    }));
    this.#onEvent = onEvent;
    this.#restart = restart;
    this.#stopWithinMs = stopWithinMs;
  }

  /** What the children told so far. */
  get announced(): Announced {
    return this.#announced;
  }

  /** Settles when every child has ended: with nothing after `stop`, else with what ended the whole. */
  get finished(): Promise<Failure | undefined> {
    return this.#finished.promise;
  }

  /** @returns true when all are ready, false when a stop or a failure came before. */
  async start(): Promise<boolean> {
    for (const place of this.#places) void this.#keepRunning(place);
    const outcomes = await Promise.all(this.#places.map(({ firstReady }) => firstReady.promise));
    return outcomes.every((ready) => ready);
  }

  /** Stops all, in order. Calling it again changes nothing; `hurry` shortens the wait. */
  stop(): Promise<Failure | undefined> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      void this.#stopAll();
    }
    return this.finished;
  }

  hurry(): void {
    this.#hurry.abort();
  }

  async #keepRunning(place: Place): Promise<void> {
    const { spec, firstReady } = place;
    const needed = this.#places.filter((other) => spec.after.includes(other.spec.name));
    const all = await Promise.all(needed.map((other) => other.firstReady.promise));
    let wasReady = false;
    while (!this.#stopping.signal.aborted && all.every((ready) => ready)) {
      const run = this.#launch({ place, again: wasReady });
      const outcome = await run.ready;
      if (outcome.ready) {
        wasReady = true;
        firstReady.resolve(true);
        await run.exited;
      }
      if (this.#stopping.signal.aborted) break;
      if (!outcome.ready) await run.stop({ withinMs: 0, hurry: this.#hurry.signal });
      await run.sweep({ withinMs: SWEEP_WITHIN_MS });
      if (this.#stopping.signal.aborted) break;
      const delayMs = wasReady ? this.#nextDelayMs(place) : undefined;
      if (delayMs === undefined) {
        this.#fail({
          spec,
          reason: wasReady ? `died again and again; the last time it ${run.reason}` : run.reason,
        });
        break;
      }
      this.#onEvent({ kind: 'died', spec, reason: run.reason, restartInMs: delayMs });
      await sleep(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    firstReady.resolve(false);
  }

  #launch({ place, again }: { place: Place; again: boolean }): ChildRun {
    const { spec } = place;
    const startedAt = Date.now();
    this.#onEvent({ kind: 'starting', spec });
    const run = new ChildRun({
      spec,
      env: spec.env(this.#announced),
      onProgress: (text) => this.#onEvent({ kind: 'progress', spec, text }),
      onLine: (output) => this.#onEvent({ kind: 'output', spec, ...output }),
    });
    place.run = run;
    void run.ready.then((outcome) => {
      if (!outcome.ready) return;
      this.#announced[spec.name] = outcome.facts;
      this.#onEvent({ kind: 'ready', spec, tookMs: Date.now() - startedAt, again });
    });
    return run;
  }

  /** Doubles with every death of the last while; undefined when there were too many. */
  #nextDelayMs(place: Place): number | undefined {
    const { deaths, withinMs, firstDelayMs, longestDelayMs } = this.#restart;
    const now = Date.now();
    place.deathsAt = [...place.deathsAt.filter((at) => now - at < withinMs), now];
    if (place.deathsAt.length >= deaths) return undefined;
    return Math.min(firstDelayMs * 2 ** (place.deathsAt.length - 1), longestDelayMs);
  }

  #fail({ spec, reason }: { spec: ChildSpec; reason: string }): void {
    this.#failure ??= { name: spec.name, title: spec.title, reason };
    this.#onEvent({ kind: 'failed', spec, reason });
    void this.stop();
  }

  async #stopAll(): Promise<void> {
    const deadline = Date.now() + this.#stopWithinMs;
    const order = [...this.#places].reverse();
    for (const [index, { spec, run }] of order.entries()) {
      if (run === undefined) continue;
      const startedAt = Date.now();
      const reserved = order.slice(index + 1).reduce((sum, later) => sum + later.spec.stopWithinMs, 0);
      const withinMs = Math.max(spec.stopWithinMs, deadline - startedAt - reserved);
      this.#onEvent({ kind: 'stopping', spec });
      const { forced } = await run.stop({ withinMs, hurry: this.#hurry.signal });
      this.#onEvent({ kind: 'stopped', spec, tookMs: Date.now() - startedAt, forced });
    }
    this.#finished.resolve(this.#failure);
  }
}
