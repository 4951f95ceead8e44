import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { portProblem } from '../ports.ts';
import { endProcess, processIdentity } from '../process-identity.ts';
import { type Exit, exitOf, linesOf } from './child-output.ts';
import { PartFailure } from './part-failure.ts';

const READY_WITHIN_MS = 90_000;
const PORT_FREE_WITHIN_MS = 3_000;
const RETENTION_DAYS = 90;

export type EmbeddedTemporal = Readonly<{
  /** `127.0.0.1:<port>`. */
  address: string;
  uiUrl: string;
  pid: number;
  /** Settles when the server ends, asked or not. */
  exited: Promise<Exit>;
  stop: () => Promise<void>;
}>;

/**
 * Starts Temporal's development server on 127.0.0.1, with its state in `DATA_DIR/temporal`. The caller must be the only
 * one who uses `dataDir`: the server that a killed start left behind there is stopped.
 * @param searchAttributes by name, with the types of the command line (`Keyword`, `Datetime`).
 * @param codecEndpoint where the UI has payloads decoded.
 * @throws {PartFailure} with the server's last words.
 */
export async function startEmbeddedTemporal({
  binary,
  dataDir,
  port,
  uiPort,
  namespace = 'default',
  codecEndpoint,
  searchAttributes,
  dynamicConfig = {},
  log = () => {},
  signal = new AbortController().signal,
}: {
  binary: string;
  dataDir: string;
  port: number;
  uiPort: number;
  namespace?: string;
  codecEndpoint?: string;
  searchAttributes: Readonly<Record<string, string>>;
  /** Keys of the server's dynamic configuration, with values in JSON. */
  dynamicConfig?: Readonly<Record<string, string>>;
  log?: (line: string) => void;
  signal?: AbortSignal;
}): Promise<EmbeddedTemporal> {
  const folder = join(dataDir, 'temporal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const note = join(folder, 'server.json');
  await stopOrphan({ note, log });
  await untilFree([port, uiPort]);

  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--ui-port',
    String(uiPort),
  ];
  args.push('--db-filename', join(folder, 'temporal.db'), '--namespace', namespace);
  args.push('--log-level', 'warn', '--log-format', 'json');
  if (codecEndpoint !== undefined) args.push('--ui-codec-endpoint', codecEndpoint);
  for (const [name, type] of Object.entries(searchAttributes))
    args.push('--search-attribute', `${name}=${type}`);
  for (const [key, value] of Object.entries(dynamicConfig))
    args.push('--dynamic-config-value', `${key}=${value}`);

  // No environment of ours: the command line would take TEMPORAL_ variables for its own options.
  const child = spawn(binary, args, {
    cwd: folder,
    env: { HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { lastLines } = linesOf({ child, log });
  const exited = exitOf(child);
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const stop = async (): Promise<void> => {
    for (const [name, waitMs] of [
      ['SIGTERM', 3_000],
      ['SIGKILL', 2_000],
    ] as const) {
      child.kill(name);
      if (ended) break;
      await Promise.race([exited, sleep(waitMs, undefined, { ref: false })]);
      if (ended) break;
    }
    await rm(note, { force: true });
  };
  try {
    const pid = child.pid ?? 0;
    await writeFile(note, JSON.stringify({ pid, identity: processIdentity(pid) }));
    const address = `127.0.0.1:${port}`;
    for (const until = Date.now() + READY_WITHIN_MS; ; await sleep(100)) {
      signal.throwIfAborted();
      if (ended) throw failure(`Temporal's server did not start: ${lastLines() || 'it ended at once.'}`);
      if (await prepareNamespace({ address, namespace })) break;
      if (Date.now() > until)
        throw failure(`Temporal's server was not ready within ${READY_WITHIN_MS / 1_000} s.`);
    }
    return { address, uiUrl: `http://localhost:${uiPort}`, pid, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Another Temporal server on the port would answer at once, and be taken for ours before ours has failed. */
async function untilFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    for (const until = Date.now() + PORT_FREE_WITHIN_MS; ; await sleep(100)) {
      if ((await portProblem({ host: '127.0.0.1', port })) === undefined) break;
      if (Date.now() > until)
        throw failure(`Port ${port}, which the Temporal server had last time, is taken: start again.`);
    }
  }
}

const failure = (message: string): PartFailure => new PartFailure({ part: 'temporal', message });

/** The command line keeps closed workflows for a day only. @returns false while the server does not answer yet. */
async function prepareNamespace({
  address,
  namespace,
}: {
  address: string;
  namespace: string;
}): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const seconds = RETENTION_DAYS * 86_400;
    if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) !== seconds) {
      const workflowExecutionRetentionTtl = msToTs(seconds * 1_000);
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl },
      });
    }
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

async function stopOrphan({ note, log }: { note: string; log: (line: string) => void }): Promise<void> {
  const kept: unknown = await readFile(note, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (typeof kept !== 'object' || kept === null || !('pid' in kept) || !('identity' in kept)) return;
  const pid = Number(kept.pid);
  if (processIdentity(pid) === undefined || processIdentity(pid) !== kept.identity) return;
  log(`Stopping the Temporal server that an earlier start left running (process ${pid})`);
  const ended = await endProcess({
    pid,
    steps: [
      { name: 'SIGTERM', waitMs: 5_000 },
      { name: 'SIGKILL', waitMs: 3_000 },
    ],
  });
  if (!ended)
    throw failure(`An earlier Temporal server (process ${pid}) does not end: stop it, then start again.`);
}
