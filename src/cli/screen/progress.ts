/** What is being done, step after step: moving lines on a terminal, one line for each step anywhere else. */
import type { Screen } from './screen.ts';
import { count } from './words.ts';

export type Step = {
  title: string;
  /** @param report says how far it is, again and again */
  run: (report: (howFar: string) => void) => Promise<void>;
};

/**
 * Ends with the first step that throws, with what it threw.
 * @param quiet where a program reads along, nothing is shown
 */
export async function showSteps({
  screen,
  quiet,
  steps,
}: {
  screen: Screen;
  quiet: boolean;
  steps: readonly Step[];
}): Promise<void> {
  if (quiet || !screen.moves) {
    for (const { title, run } of steps) {
      await run(() => {});
      if (!quiet) screen.say(`${title}: done`);
    }
    return;
  }
  // Loaded here, because most commands are done before it would be there.
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_context: unknown, task: { title: string }): Promise<void> => {
      await run((howFar) => {
        task.title = `${title}  ${howFar}`;
      });
      task.title = title;
    },
  }));
  await new Listr(tasks, {
    // Ctrl-C is ours: it ends with a sentence on how to go on.
    registerSignalListeners: false,
    // stderr is the terminal; stdout may well be a file.
    forceTTY: true,
    rendererOptions: {
      showErrorMessage: false,
      logger: new ListrLogger({
        useIcons: true,
        processOutput: new ProcessOutput(screen.stderr, screen.stderr),
      }),
    },
  }).run();
}

const BAR_WIDTH = 24;

/** `████████░░░░░░░░ 120 of 250`; without a total, what is done. */
export function bar({ done, total }: { done: number; total: number | null }): string {
  if (total === null || total <= 0) return done === 0 ? '' : `${count(done)} so far`;
  // Totals are estimates, and may turn out too low.
  const filled = Math.round(BAR_WIDTH * Math.min(1, done / total));
  const drawn = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  return `${drawn} ${count(done)} of ${count(Math.max(done, total))}`;
}
