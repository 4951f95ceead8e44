import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a process ended; `code` is null when a signal ended it, and both are null when it never ran. */
export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

const KEPT_LINES = 5;

/** Hands every line of a child's outputs on, and keeps the last few to say why it ended. */
export function linesOf({ child, log }: { child: ChildProcess; log: (line: string) => void }): {
  lastLines: () => string;
} {
  const last: string[] = [];
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    last.push(line.trim());
    if (last.length > KEPT_LINES) last.shift();
    log(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', keep);
  }
  child.once('error', (error) => keep(error.message));
  return { lastLines: () => last.join(' / ') };
}

/** Settles when the child has ended and its outputs are read to their end; never rejects. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
    child.once('error', () => {
      // A program that could not be started has no pid and emits no close in some Node versions.
      if (child.pid === undefined) done({ code: null, signal: null });
    });
  });
}
