/** Where a command writes: results to stdout, everything said on the way to stderr. */
import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Environment } from '../api/server.ts';

export type Screen = {
  /** Columns of the terminal that stdout is; undefined where it is none, and nothing needs to fit. */
  readonly width: number | undefined;
  /** Whether bars may move on stderr. */
  readonly moves: boolean;
  readonly stderr: NodeJS.WriteStream;
  /** A result. Waits while its reader is slower. */
  print(text: string): Promise<void>;
  /** One line beside the result. */
  say(line: string): void;
  /** Bold where stdout shows it. */
  strong(text: string): string;
};

export function createScreen({
  stdout,
  stderr,
  env,
}: {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: Environment;
}): Screen {
  // https://no-color.org: set to anything but nothing.
  const plain = Boolean(env.NO_COLOR) || env.TERM === 'dumb';
  return {
    width: stdout.isTTY ? stdout.columns : undefined,
    moves: Boolean(stderr.isTTY) && !plain,
    stderr,
    print: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    say: (line) => void stderr.write(`${line}\n`),
    strong: (text) => (stdout.isTTY && !plain ? styleText('bold', text) : text),
  };
}

/** What Dropbox or HR wrote may hold what a terminal would obey. */
export const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
