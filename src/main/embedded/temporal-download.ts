import { fork } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PROJECT_FOLDER } from '../project-folder.ts';
import { exitOf, linesOf } from './child-output.ts';
import type { Supplier } from './temporal-supplier.ts';

const PROCESS = fileURLToPath(new URL('./temporal-download-process.ts', import.meta.url));
const LOOK_EVERY_MS = 200;
const REPORT_EVERY_MS = 10_000;
/** A network that answers nothing at all must not keep a newcomer waiting. */
const GIVE_UP_WITHOUT_PROGRESS_MS = 20_000;

/** Lets the SDK download the server that fits it. A refusal (no such host, 403) is known within a second. */
export const downloadTemporal: Supplier = async ({ folder, env, log, signal }) => {
  log('Downloading the Temporal server: some 100 MB, this once');
  const child = fork(PROCESS, [folder], {
    execArgv: ['--import=tsx'],
    cwd: PROJECT_FOLDER,
    env,
    silent: true,
  });
  const { lastLines } = linesOf({ child, log: () => {} });
  let ended = false;
  const exited = exitOf(child).then(() => {
    ended = true;
  });
  let bytes = 0;
  let progressAt = Date.now();
  let reportAt = Date.now() + REPORT_EVERY_MS;
  let finished: string | undefined;
  try {
    while (!ended && !signal.aborted && Date.now() - progressAt < GIVE_UP_WITHOUT_PROGRESS_MS) {
      const seen = await look(folder);
      finished = seen.finished;
      if (finished !== undefined) break;
      if (seen.bytes > bytes) progressAt = Date.now();
      bytes = seen.bytes;
      if (Date.now() >= reportAt) {
        log(`Still downloading the Temporal server (${Math.round(bytes / 1_000_000)} MB)`);
        reportAt += REPORT_EVERY_MS;
      }
      await sleep(LOOK_EVERY_MS);
    }
    finished ??= (await look(folder)).finished;
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  if (finished === undefined && !signal.aborted) {
    log(
      `The download was not possible${ended ? '' : ': nothing came for 20 s'}. ${shortened(lastLines())}`.trim(),
    );
  }
  return finished;
};

/** The SDK writes to `<name>.downloading` and renames at the end. */
async function look(folder: string): Promise<{ finished: string | undefined; bytes: number }> {
  const names = await readdir(folder);
  const finished = names.find((name) => !name.endsWith('.downloading'));
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return {
    finished: finished === undefined ? undefined : join(folder, finished),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The SDK's message repeats the address twice; its end says what happened. */
const shortened = (message: string): string => (message.length > 120 ? `…${message.slice(-120)}` : message);
