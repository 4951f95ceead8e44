import type { ChildMessage } from './supervision/child-message.ts';

/** What a process does once it runs. */
export type Running = Readonly<{
  /** What others need to reach it; goes to the supervisor with the message that it is ready. */
  facts?: Readonly<Record<string, string>>;
  /** Drains and closes. */
  stop: () => Promise<void>;
  /** Settles, if it ever does, when the process cannot go on; says why. */
  failed?: Promise<string>;
}>;

/**
 * The life of every process of ours: starts, says that it is ready, drains on SIGTERM or SIGINT, ends with 0. It ends as
 * well when the supervisor that started it is gone, however that ended. A start that fails, and a run that cannot go on,
 * end with 1 and one line on stderr.
 * @param start is told by its signal when to give up starting.
 * @param stopWithinMs how long draining may take before the process ends anyway, with 1.
 */
export async function live({
  start,
  stopWithinMs,
}: {
  start: (options: { signal: AbortSignal; progress: (text: string) => void }) => Promise<Running>;
  stopWithinMs: number;
}): Promise<void> {
  const stopping = new AbortController();
  const asked = new Promise<void>((done) => {
    const ask = (): void => {
      stopping.abort();
      done();
    };
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, ask);
    process.on('disconnect', ask);
    // The supervisor may have gone before this line was reached.
    if (process.send !== undefined && !process.connected) ask();
  });
  // Whoever read our output may be gone; that must not stop us from draining.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  let running: Running;
  try {
    running = await start({ signal: stopping.signal, progress: (progress) => tell({ progress }) });
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    fail(error);
  }
  tell({ ready: true, ...(running.facts && { facts: running.facts }) });

  const failure = await Promise.race([
    asked.then(() => undefined),
    ...(running.failed ? [running.failed] : []),
  ]);
  setTimeout(() => fail(`It did not drain within ${stopWithinMs} ms.`), stopWithinMs).unref();
  try {
    await running.stop();
  } catch (error) {
    fail(error);
  }
  if (failure !== undefined) fail(failure);
  process.exit(0);
}

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Errors with a code were made for people: their message is the one line. Anything else is a defect and shows its stack. */
function fail(error: unknown): never {
  const known = error instanceof Error && 'code' in error;
  const text =
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
