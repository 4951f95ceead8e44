import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, type JsonFlag } from '../command.ts';
import { FORMATS, type Format, readEvents } from '../events-file/read-events.ts';
import { type Sent, sendEntries } from '../events-file/send-entries.ts';
import { CliFailure } from '../failure.ts';
import { bar, showSteps } from '../screen/progress.ts';
import { tableOf } from '../screen/table.ts';
import { count, counted } from '../screen/words.ts';

type Flags = JsonFlag & { dryRun?: true; format?: Format };

export function addEvents({ program, cli }: { program: Command; cli: Cli }): void {
  const events = addGroup({ to: program, name: 'events', description: 'what HR says' });
  addCommand({
    to: events,
    name: 'send <file>',
    description: 'send joiners, movers, leavers, suspensions from a JSON, NDJSON or CSV file; - is stdin',
    examples: [
      'events send joiners.csv --dry-run',
      'events send joiners.csv',
      'events send - --format ndjson < today.ndjson',
    ],
  })
    .addOption(
      new Option('--format <format>', 'what the file is (default: told by its ending)').choices(FORMATS),
    )
    .option('--dry-run', 'only say what would be accepted and refused')
    .action((file: string, flags: Flags) => send({ cli, file, flags }));
}

async function send({ cli, file, flags }: { cli: Cli; file: string; flags: Flags }): Promise<void> {
  const { json = false, dryRun = false, format } = flags;
  const entries = await readEvents({ cli, file, format });
  const api = await cli.api();
  const again = howToSendAgain({ file, flags });
  cli.ifInterrupted(dryRun ? 'Nothing was sent: it was a dry run.' : `Not all of it was sent. ${again}`);
  let sent: Sent | undefined;
  const title = `${dryRun ? 'Trying' : 'Sending'} ${counted(entries.length, 'event')}`;
  const run = async (report: (howFar: string) => void): Promise<void> => {
    const onProgress = (done: number): void => report(bar({ done, total: entries.length }));
    sent = await sendEntries({ api, entries, dryRun, signal: cli.signal, onProgress });
    // The step has failed; what to say about it comes below.
    if (sent.stopped) throw sent.stopped.failure;
  };
  try {
    await showSteps({ screen: cli.screen, quiet: json, steps: [{ title, run }] });
  } catch (error) {
    if (sent === undefined) throw error;
  }
  if (sent === undefined) return;
  await cli.screen.print(
    json ? `${JSON.stringify(document({ sent, dryRun }))}\n` : text({ cli, sent, dryRun }),
  );
  if (sent.stopped) throw stoppedEarly({ stopped: sent.stopped, dryRun, again });
  if (sent.refused.length > 0) {
    throw new CliFailure({
      exit: 'failed',
      message: `${counted(sent.refused.length, 'event')} ${dryRun ? 'would be' : sent.refused.length === 1 ? 'was' : 'were'} refused.`,
      nextStep: 'Correct the lines and send the file again; what was accepted has no effect twice.',
    });
  }
}

/** What --json prints. */
const document = ({ sent: { stopped, ...sent }, dryRun }: { sent: Sent; dryRun: boolean }) => ({
  dryRun,
  ...sent,
  failed: stopped?.failed ?? null,
  notSent: stopped?.notSent ?? null,
});

function text({ cli, sent, dryRun }: { cli: Cli; sent: Sent; dryRun: boolean }): string {
  const { accepted, duplicates, refused } = sent;
  const known = duplicates === 0 ? '' : `, ${count(duplicates)} of them known before`;
  const summary = `${counted(accepted, 'event')} ${dryRun ? 'would be ' : ''}accepted${known}; ${count(refused.length)} refused.\n`;
  if (refused.length === 0) return summary;
  const table = tableOf({
    screen: cli.screen,
    columns: [
      { title: 'Line', value: ({ line }: Sent['refused'][number]) => line },
      { title: 'Id', value: ({ id }) => id || null },
      { title: 'Code', value: ({ code }) => code },
      { title: 'Why', value: ({ detail }) => detail },
    ],
  });
  return `${summary}\n${table.rows(refused)}`;
}

function howToSendAgain({ file, flags }: { file: string; flags: Flags }): string {
  const format = flags.format === undefined ? '' : ` --format ${flags.format}`;
  return file === '-'
    ? 'Give the same input again; what was taken in already is recognised by its id and has no effect twice.'
    : `Send the file again: seatkeeper events send ${file}${format} (what was taken in already is recognised by its id).`;
}

function stoppedEarly({
  stopped: { failure, failed, notSent },
  dryRun,
  again,
}: {
  stopped: NonNullable<Sent['stopped']>;
  dryRun: boolean;
  again: string;
}): CliFailure {
  const lines = ({ fromLine, toLine }: { fromLine: number; toLine: number }): string =>
    fromLine === toLine ? `Line ${fromLine}` : `Lines ${fromLine} to ${toLine}`;
  const fate = failed.mayBeTakenIn ? 'may or may not have been taken in' : 'were not taken in';
  const rest = notSent === null ? '' : ` ${lines(notSent)}: not sent.`;
  return new CliFailure({
    exit: failure.exit,
    message: `${failure.message}\n${lines(failed)}: ${dryRun ? 'not judged' : fate}.${rest}`,
    nextStep: [failure.nextStep, dryRun ? undefined : again].filter(Boolean).join(' Then: '),
    cause: failure,
  });
}
