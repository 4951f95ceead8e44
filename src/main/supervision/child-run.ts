import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readChildMessage } from './child-message.ts';
import type { ChildSpec } from './child-spec.ts';

const HURRIED_STOP_MS = 1_000;
const KEPT_LINES = 5;

export type ReadyOutcome =
  | Readonly<{ ready: true; facts: Readonly<Record<string, string>> }>
  | Readonly<{ ready: false }>;

/**
 * One child process, from its start to its end. It leads a process group of its own, so that Ctrl-C in a terminal
 * reaches the supervisor only, and so that what it started can be ended with it.
 */
export class ChildRun {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #lastLines: string[] = [];
  #failure: string | undefined;
  #gone = false;
  #touched: () => void = () => {};
  readonly ready: Promise<ReadyOutcome>;

  constructor({
    spec,
    env,
    onProgress,
    onLine,
  }: {
    spec: ChildSpec;
    env: NodeJS.ProcessEnv;
    onProgress: (text: string) => void;
    onLine: (output: { stream: 'stdout' | 'stderr'; line: string }) => void;
  }) {
    const child = spawn(spec.program ?? process.execPath, [...spec.args], {
      env,
      cwd: spec.cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    this.#exited = new Promise((done) => {
      const end = (): void => {
        this.#gone = true;
        // Its last words are wanted, but something that it started may hold its outputs open.
        void Promise.race([closed, sleep(500)]).then(() => done());
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.#failure ??= error.message;
        if (child.pid === undefined) end();
      });
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = child[stream];
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        if (stream === 'stderr') this.#remember(line);
        onLine({ stream, line });
      });
    }
    this.ready = this.#untilReady({ readyWithinMs: spec.readyWithinMs, onProgress });
  }

  /** Settles when the process has ended and its last lines were read. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Why it is no longer there, for a person: its last words, else its exit code or signal. */
  get reason(): string {
    if (this.#failure !== undefined) return this.#failure;
    const { exitCode, signalCode } = this.#child;
    const end = signalCode ? `was ended by ${signalCode}` : `ended with code ${exitCode}`;
    return this.#lastLines.length > 0 ? `${end}: ${this.#lastLines.join(' / ')}` : end;
  }

  #remember(line: string): void {
    // Of a stack trace only the message is for people; all of it is in the log.
    if (line.trim() === '' || /^\s+at /.test(line)) return;
    this.#lastLines.push(line.trim());
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
  }

  #untilReady({
    readyWithinMs,
    onProgress,
  }: {
    readyWithinMs: number;
    onProgress: (text: string) => void;
  }): Promise<ReadyOutcome> {
    return new Promise((done) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (outcome: ReadyOutcome): void => {
        clearTimeout(timer);
        this.#touched = () => {};
        done(outcome);
      };
      this.#touched = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.#failure = `was not ready after ${Math.round(readyWithinMs / 1_000)} s`;
          settle({ ready: false });
        }, readyWithinMs);
      };
      this.#touched();
      this.#child.on('message', (raw) => {
        const message = readChildMessage(raw);
        if (message === undefined) return;
        if ('progress' in message) {
          this.#touched();
          onProgress(message.progress);
        } else {
          settle({ ready: true, facts: message.facts ?? {} });
        }
      });
      void this.#exited.then(() => settle({ ready: false }));
    });
  }

  /**
   * SIGTERM, and SIGKILL to the whole group if it has not ended in time.
   * @param hurry shortens the time once it is aborted.
   * @returns whether force was needed.
   */
  async stop({ withinMs, hurry }: { withinMs: number; hurry: AbortSignal }): Promise<{ forced: boolean }> {
    if (this.#gone) {
      await this.sweep({ withinMs: HURRIED_STOP_MS });
      return { forced: false };
    }
    this.#child.kill('SIGTERM');
    const ended = new AbortController();
    void this.#exited.then(() => ended.abort());
    const waited = AbortSignal.any([ended.signal, hurry]);
    await sleep(withinMs, undefined, { signal: waited }).catch(() => {});
    if (!ended.signal.aborted && hurry.aborted) {
      await sleep(Math.min(withinMs, HURRIED_STOP_MS), undefined, { signal: ended.signal }).catch(() => {});
    }
    const forced = !this.#gone;
    this.#signalGroup('SIGKILL');
    await this.#exited;
    return { forced };
  }

  /** Ends what a child that died left in its group: first as Ctrl-C would, which all our programs take for a stop. */
  async sweep({ withinMs }: { withinMs: number }): Promise<void> {
    if (!this.#signalGroup('SIGINT')) return;
    for (const until = Date.now() + withinMs; Date.now() < until; await sleep(25)) {
      if (!this.#signalGroup(0)) return;
    }
    this.#signalGroup('SIGKILL');
  }

  /** @returns false when nobody is left. The group's number cannot be given away while a member lives. */
  #signalGroup(name: NodeJS.Signals | 0): boolean {
    if (this.#child.pid === undefined) return false;
    try {
      return process.kill(-this.#child.pid, name);
    } catch {
      return false;
    }
  }
}
