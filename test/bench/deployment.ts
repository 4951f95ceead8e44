/** API and worker as processes of their own, as a deployment has them, with one connected team. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/main/ports.ts';
import { PROJECT_FOLDER } from '../../src/main/project-folder.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import type { Database } from '../../src/store/database.ts';
import { clickThrough } from '../simulator/click-through.ts';
import { testDatabase } from '../support/postgres.ts';
import { stopTestTemporal, testTemporal } from '../support/temporal.ts';

const READY_WITHIN_MS = 60_000;
const API_KEY = 'sk_bench-of-the-group-change-1234567890';
export const SLUG = 'corp-dropbox';

export type Deployment = {
  db: Database;
  simulator: Simulator;
  pids: { api: number; worker: number };
  /** Throws unless the answer is a 2xx. */
  call<T>(operation: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
};

/** @param latencyMs of every answer of the simulated Dropbox */
export async function startDeployment({
  licences,
  latencyMs,
}: {
  licences: number;
  latencyMs: number;
}): Promise<Deployment> {
  const { db, url: databaseUrl, drop } = await testDatabase();
  const { address } = await testTemporal();
  const simulator = await startSimulator({ teamSize: 20, licences, ledgerCallCapacity: 1_000 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: address,
    DROPBOX_APP_KEY: simulator.appKey,
    DROPBOX_APP_SECRET: simulator.appSecret,
    DROPBOX_API_ORIGIN: simulator.origin,
    DROPBOX_WEB_ORIGIN: simulator.origin,
    ADMIN_API_KEY: API_KEY,
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
  };
  const children: ChildProcess[] = [];
  const start = (file: string): number => {
    const options = { cwd: PROJECT_FOLDER, env, stdio: ['ignore', 'inherit', 'inherit'] as const };
    const child = spawn(process.execPath, ['--import=tsx', file], { ...options, stdio: [...options.stdio] });
    children.push(child);
    if (child.pid === undefined) throw new Error(`${file} could not be started`);
    return child.pid;
  };
  const call = async <T>(operation: string, body?: unknown): Promise<T> => {
    const [method = 'GET', path = '/'] = operation.split(' ');
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${text.slice(0, 500)}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await simulator.close();
    await drop();
    // What was still open there must not be the next deployment's business.
    await stopTestTemporal();
  };
  try {
    const pids = { api: start('src/main/server.ts'), worker: start('src/main/worker.ts') };
    await until({ what: 'the API', is: () => call('GET /readyz').then(() => true) });
    await connectTeam({ call });
    simulator.changeSettings({ latencyMs, asyncProbability: 0 });
    return { db, simulator, pids, call, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connectTeam({ call }: Pick<Deployment, 'call'>): Promise<void> {
  const begun = await call<{ id: string; authorizeUrl: string }>('POST /v1/authorizations', {});
  const { location } = await clickThrough({ authorizeUrl: begun.authorizeUrl, as: 'admin:0' });
  if (location === null) throw new Error('the simulator did not lead back');
  await fetch(location);
  await call('POST /v1/connections', { authorizationId: begun.id, name: 'Corp Dropbox' });
  const synced = () =>
    call<{ sync: { status: string } | null }>(`GET /v1/connections/${SLUG}`).then(
      ({ sync }) => sync?.status === 'succeeded',
    );
  await until({ what: 'the first sync', is: synced });
  await call(`PUT /v1/connections/${SLUG}/provisioning`, {
    provision: { enabled: true },
    deprovision: { enabled: true },
  });
}

/** Asks until it is so; what fails meanwhile counts as not yet. */
export async function until({
  what,
  is,
  withinMs = READY_WITHIN_MS,
  everyMs = 100,
}: {
  what: string;
  is: () => Promise<boolean>;
  withinMs?: number;
  everyMs?: number;
}): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await is().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(everyMs);
  }
}
