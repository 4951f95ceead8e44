import { relative } from 'node:path';
import type { Config } from '../../config.ts';
import type { Announced, Failure, SupervisorEvent } from '../supervision/child-spec.ts';
import type { LogFiles } from './log-files.ts';
import type { Secrets } from './secrets.ts';

const WARN = 40;
/** Their lines are the product's own log; those of the embedded parts are only kept in files. */
const ROLES = new Set(['api', 'worker']);

/** `process.stdout`, as far as it is used here. */
export type Screen = { write: (text: string) => unknown; isTTY?: boolean };

/**
 * What the person at the keyboard sees. On a terminal the children's JSON logs are kept in files and only warnings are
 * shown, in words; anywhere else they go to stdout as they are, for whatever collects them.
 */
export class Report {
  readonly #stdout: Screen;
  readonly #logs: LogFiles;

  constructor({ stdout, logs }: { stdout: Screen; logs: LogFiles }) {
    this.#stdout = stdout;
    this.#logs = logs;
  }

  say(line: string): void {
    this.#stdout.write(`${line}\n`);
  }

  show(event: SupervisorEvent): void {
    if (event.kind === 'output') {
      this.#output({
        name: event.spec.name,
        title: event.spec.title,
        stream: event.stream,
        line: event.line,
      });
      return;
    }
    const words = inWords(event);
    if (words !== undefined) this.say(words);
  }

  #output({
    name,
    title,
    stream,
    line,
  }: {
    name: string;
    title: string;
    stream: string;
    line: string;
  }): void {
    this.#logs.write({ name, line });
    if (!ROLES.has(name)) return;
    if (!this.#stdout.isTTY && stream === 'stdout') {
      this.say(line);
      return;
    }
    const entry = readEntry(line);
    if (entry === undefined) {
      if (stream === 'stderr') this.say(`! ${title}: ${line}`);
    } else if (entry.level >= WARN) {
      this.say(`! ${title}: ${entry.text}`);
    }
  }

  openThis({
    config,
    announced,
    secrets,
    workerPort,
    tookMs,
  }: {
    config: Config;
    announced: Announced;
    secrets: Secrets;
    /** Of the worker's metrics. */
    workerPort: number;
    tookMs: number;
  }): void {
    const key = secrets.ADMIN_API_KEY;
    const where = key.file === undefined ? 'the one in ADMIN_API_KEY' : `in ${nearby(key.file)}`;
    const lines: [label: string, value: string | undefined][] = [
      ['Console and API', config.publicUrl],
      ['Temporal UI', announced.temporal?.uiUrl ?? (config.temporal.address && config.temporal.uiUrl)],
      ['Simulated Dropbox', announced.simulator && `${announced.simulator.origin}/simulator`],
      ['Admin API key', this.#stdout.isTTY && key.file !== undefined ? `${key.value} (${where})` : where],
      ['Metrics', `${config.publicUrl}/metrics, the worker's http://${config.host}:${workerPort}/metrics`],
      ['Logs', nearby(this.#logs.folder)],
      ['Next', 'README.md has a tour of a few commands; Ctrl-C stops everything'],
    ];
    this.say(`\nSeatkeeper runs, after ${seconds(tookMs)}. Open this:`);
    for (const [label, value] of lines) {
      if (value !== undefined) this.say(`  ${label.padEnd(18)} ${value}`);
    }
    this.say('');
  }

  ended({ failure, tookMs }: { failure: Failure | undefined; tookMs: number }): void {
    if (failure === undefined) {
      this.say(`Seatkeeper has stopped (${seconds(tookMs)}); npm start goes on from here.`);
    } else {
      this.say(`Seatkeeper has stopped, because of: ${failure.title} ${failure.reason}`);
      this.say(`The log is ${nearby(`${this.#logs.folder}/${failure.name}.log`)}`);
    }
  }
}

function inWords(event: Exclude<SupervisorEvent, { kind: 'output' }>): string | undefined {
  const { title } = event.spec;
  switch (event.kind) {
    case 'starting':
      return `  ${title}: starting`;
    case 'progress':
      return `  ${title}: ${event.text}`;
    case 'ready':
      return `✓ ${title}: ${event.again ? 'ready again' : 'ready'} (${seconds(event.tookMs)})`;
    case 'died':
      return `! ${title}: ${event.reason}; starting it again in ${seconds(event.restartInMs)}`;
    case 'failed':
      return `✗ ${title}: ${event.reason}`;
    case 'stopping':
      return undefined;
    case 'stopped':
      return event.forced
        ? `! ${title}: did not end in time and was ended by force (${seconds(event.tookMs)})`
        : `  ${title}: stopped (${seconds(event.tookMs)})`;
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** A path as somebody in this folder would type it. */
function nearby(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** A line of pino's; undefined for any other. */
function readEntry(line: string): { level: number; text: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof entry.level !== 'number') return undefined;
    const error = typeof entry.err?.message === 'string' ? entry.err.message : undefined;
    return {
      level: entry.level,
      text: [entry.msg, error].filter((part) => typeof part === 'string').join(': '),
    };
  } catch {
    return undefined;
  }
}
