import { mkdir } from 'node:fs/promises';
import { ConfigError, readConfig } from '../config.ts';
import { describeChildren, metricsPort, STOP_WITHIN_MS } from './startup/children.ts';
import { lockDataDir } from './startup/data-dir-lock.ts';
import { keptPorts } from './startup/kept-ports.ts';
import { LogFiles } from './startup/log-files.ts';
import { checkOwnPort } from './startup/own-port.ts';
import { Report } from './startup/report.ts';
import { keptSecrets } from './startup/secrets.ts';
import { StartRefusal } from './startup/start-refusal.ts';
import { Supervisor } from './supervision/supervisor.ts';

/**
 * `npm start`: everything on one machine. Embedded PostgreSQL, a local Temporal server and the Dropbox simulator where
 * the environment names no real ones, then the API with the console, then the worker, each in a process of its own.
 */
async function main({ env }: { env: NodeJS.ProcessEnv }): Promise<number> {
  const startedAt = Date.now();
  const config = readConfig(env);
  const { dataDir } = config;
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDataDir(dataDir);
  try {
    await checkOwnPort(config);
    const secrets = await keptSecrets({ env, dataDir });
    // What was kept is checked like what is given: a damaged file ends the start here, in one sentence.
    readConfig({ ...env, ...valuesOf(secrets) });
    const ports = await keptPorts({ dataDir, taken: config.port });
    const logs = new LogFiles({ dataDir });
    const report = new Report({ stdout: process.stdout, logs });
    const supervisor = new Supervisor({
      children: describeChildren({ config, env, ports, secrets }),
      onEvent: (event) => report.show(event),
      stopWithinMs: STOP_WITHIN_MS,
    });
    const asked = stopOnSignals({ supervisor, say: (line) => report.say(line) });
    if (env.npm_lifecycle_event !== undefined) stopWithParent(() => process.emit('SIGTERM'));

    report.say(`Starting Seatkeeper, with its state in ${dataDir}`);
    if (await supervisor.start()) {
      const { announced } = supervisor;
      const workerPort = metricsPort({ config, ports });
      report.openThis({ config, announced, secrets, workerPort, tookMs: Date.now() - startedAt });
    }
    const failure = await supervisor.finished;
    report.ended({ failure, tookMs: Date.now() - (asked.at ?? Date.now()) });
    logs.close();
    return failure === undefined ? 0 : 1;
  } finally {
    await unlock();
  }
}

/** The first signal drains, the second one hurries. SIGHUP comes when the terminal is closed. */
function stopOnSignals({ supervisor, say }: { supervisor: Supervisor; say: (line: string) => void }): {
  at?: number;
} {
  const asked: { at?: number } = {};
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (asked.at === undefined) {
        asked.at = Date.now();
        say(
          `\nStopping: what has begun is finished first${name === 'SIGINT' ? ' (Ctrl-C again hurries)' : ''}`,
        );
        void supervisor.stop();
        return;
      }
      // npm passes a terminal's Ctrl-C on although we have had it already: that is one key, not two.
      if (Date.now() - asked.at < 500) return;
      say('Hurrying');
      supervisor.hurry();
    });
  }
  return asked;
}

/** npm, or the shell that it starts us with, can be killed without a word to us; then nobody is left who could stop us. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1_000);
  watch.unref();
}

const valuesOf = (secrets: Awaited<ReturnType<typeof keptSecrets>>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value]));

// The terminal may be gone while we still drain.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  process.exitCode = await main({ env: process.env });
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof StartRefusal;
  process.stderr.write(
    `${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
process.exit();
