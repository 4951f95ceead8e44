/** `npm run api` and `npm run worker` as a deployment runs them: processes of their own, told everything by environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/main/ports.ts';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

export const API_KEY = 'sk_roles-of-the-tests-1234567890';

export type Role = {
  child: ChildProcess;
  /** Of the API, or of the worker's metrics. */
  url: string;
  /** Log lines so far, as text. */
  logged(): string;
  /** Settles when it says that it is ready; rejects with its last words when it ends before. */
  ready: Promise<void>;
  exit: Promise<number | null>;
  /** SIGTERM, then the exit code; SIGKILL after `withinMs`. */
  stop(withinMs?: number): Promise<number | null>;
};

/** What both roles need. */
export const roleEnvironment = ({
  databaseUrl,
  temporalAddress,
  simulator,
  encryptionKeys,
}: {
  databaseUrl: string;
  temporalAddress: string;
  simulator: Pick<Simulator, 'appKey' | 'appSecret' | 'origin'>;
  encryptionKeys: string;
}): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: temporalAddress,
  DROPBOX_APP_KEY: simulator.appKey,
  DROPBOX_APP_SECRET: simulator.appSecret,
  DROPBOX_API_ORIGIN: simulator.origin,
  DROPBOX_WEB_ORIGIN: simulator.origin,
  ENCRYPTION_KEYS: encryptionKeys,
  ADMIN_API_KEY: API_KEY,
  RATE_LIMIT_PER_MINUTE: '0',
  EMAIL_HOLD: 'PT2S',
});

/** Starts; whoever waits for `ready` also stops it. */
export async function startRole({
  role,
  env,
}: {
  role: 'api' | 'worker';
  env: Record<string, string>;
}): Promise<Role> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(PROJECT_FOLDER, 'src/main', role === 'api' ? 'server.ts' : 'worker.ts');
  const listening = role === 'api' ? { PORT: String(port), PUBLIC_URL: url } : { METRICS_PORT: String(port) };
  const child = spawn(process.execPath, ['--import=tsx', file], {
    cwd: PROJECT_FOLDER,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...listening, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const ready = new Promise<void>((done, fail) => {
    child.on('message', (message: { ready?: boolean }) => message.ready && done());
    void exit.then((code) => fail(new Error(`${role} ended with ${code}: ${output.slice(-2_000)}`)));
  });
  // Whoever never waits for it must not be told of its end by an unhandled rejection.
  ready.catch(() => {});
  return {
    child,
    url,
    logged: () => output,
    ready,
    exit,
    stop: async (withinMs = 20_000) => {
      child.kill('SIGTERM');
      const hung = setTimeout(() => child.kill('SIGKILL'), withinMs);
      const code = await exit;
      clearTimeout(hung);
      return code;
    },
  };
}

/** One request with the admin's key; the body is what came as JSON, of whatever shape. */
export async function request<T = Record<string, unknown>>({
  api,
  operation,
  body,
}: {
  api: Pick<Role, 'url'>;
  operation: string;
  body?: unknown;
}): Promise<{ status: number; body: T }> {
  const [method = 'GET', path = '/'] = operation.split(' ');
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
