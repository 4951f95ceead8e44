/** `seatkeeper …` as a person runs it: a process of its own, without a terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';

export const ADMIN_KEY = 'sk_test_admin_key_of_the_environment';

export type Ended = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Lines of stdout as JSON; tests know what they asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads documents of every shape
  json: () => any[];
};

export type RunningCli = {
  child: ChildProcess;
  /** Waits for a match in what was said so far. */
  said: (pattern: RegExp) => Promise<RegExpExecArray>;
  ended: Promise<Ended>;
};

type Options = {
  args: readonly string[];
  url?: string;
  /** Null: none. */
  key?: string | null;
  env?: Record<string, string>;
  /** Given on stdin; nothing otherwise. */
  stdin?: string;
};

export function startCli({ args, url, key = ADMIN_KEY, env = {}, stdin = '' }: Options): RunningCli {
  const child = spawn(process.execPath, ['src/main/seatkeeper.js', ...args], {
    cwd: PROJECT_FOLDER,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // Never the key of a Seatkeeper that somebody runs in this checkout.
      DATA_DIR: '/nonexistent',
      ...(url === undefined ? {} : { SEATKEEPER_URL: url }),
      ...(key === null ? {} : { SEATKEEPER_API_KEY: key }),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const ended = once(child, 'close').then(([code]: unknown[]) => ({
    code: code as number | null,
    ...output,
    json: () =>
      output.stdout
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  }));
  return {
    child,
    ended,
    said: async (pattern) => {
      for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) {
        const match = pattern.exec(output.stderr);
        if (match !== null) return match;
      }
      child.kill('SIGKILL');
      throw new Error(`never said: ${pattern}\n${output.stderr}`);
    },
  };
}

export const runCli = (options: Options): Promise<Ended> => startCli(options).ended;
