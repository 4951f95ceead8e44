import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { ReplayReport, RunReplay } from '../../audit/replay-file.ts';
import type { Cli } from '../../cli/cli.ts';
import { addCommand, addGroup, type JsonFlag } from '../../cli/command.ts';
import { CliFailure, wrongUsage } from '../../cli/failure.ts';
import { printResult } from '../../cli/screen/listing.ts';
import { showSteps } from '../../cli/screen/progress.ts';
import { tableOf } from '../../cli/screen/table.ts';
import { counted, moment } from '../../cli/screen/words.ts';

const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));

export function addAuditReplay({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: addGroup({ to: program, name: 'audit', description: 'the record of what was done' }),
    name: 'replay <file>',
    description: 'replay an exported person on the present code: the same decisions, or where they part',
    examples: ['audit export --person E100 --output E100.json', 'audit replay E100.json'],
  }).action(async (file: string, { json = false }: JsonFlag) => {
    const report = await replay({ cli, file, quiet: json });
    await printResult({ cli, json, result: report, text: () => text({ cli, report }) });
    if (report.parted > 0) {
      throw new CliFailure({
        exit: 'failed',
        message: `${counted(report.parted, 'run')} of ${report.runs.length} would decide otherwise on the present code.`,
      });
    }
  });
}

async function replay({
  cli,
  file,
  quiet,
}: {
  cli: Cli;
  file: string;
  quiet: boolean;
}): Promise<ReplayReport> {
  // Loaded here, because the worker's SDK takes its time and no other command needs it.
  const { silenceTemporal, workflowCode } = await import('../../audit/workflow-code.ts');
  const { ReplayFileError, replayFile } = await import('../../audit/replay-file.ts');
  silenceTemporal();
  let code = '';
  let report: ReplayReport | undefined;
  await showSteps({
    screen: cli.screen,
    quiet,
    steps: [
      {
        title: 'Preparing the present workflows',
        run: async () => {
          code = await workflowCode({ workflowsPath: WORKFLOWS });
        },
      },
      {
        title: 'Replaying',
        run: async (howFar) => {
          let runs = 0;
          const onRun = (): void => {
            runs += 1;
            howFar(counted(runs, 'run'));
          };
          report = await replayFile({ file, code, onRun }).catch((error: unknown) => {
            throw error instanceof ReplayFileError ? wrongUsage(error.message, error.nextStep) : error;
          });
        },
      },
    ],
  });
  if (report === undefined) throw new Error('a replay ended without a report');
  return report;
}

function text({ cli, report }: { cli: Cli; report: ReplayReport }): string {
  const { person, exportedAt, product, runs, same, parted, missing } = report;
  const table = tableOf<RunReplay>({
    screen: cli.screen,
    columns: [
      { title: 'Workflow', value: ({ workflowId }) => workflowId },
      { title: 'Begun', value: ({ startedAt }) => moment(startedAt) },
      { title: 'Status', value: ({ status }) => status.toLowerCase() },
      { title: 'Events', value: ({ events }) => events },
      { title: 'Replay', value: ({ result }) => resultText(result) },
    ],
  });
  return [
    `Person ${person}, exported ${moment(exportedAt)} by Seatkeeper ${product}`,
    '',
    table.rows(runs).trimEnd(),
    '',
    `${counted(runs.length, 'run')}: ${same} the same, ${parted} parted, ${missing} without a history in the file.`,
  ].join('\n');
}

function resultText(result: RunReplay['result']): string {
  switch (result.kind) {
    case 'same':
      return 'the same decisions';
    case 'parted':
      return `! parts at event ${result.eventId}: recorded ${result.recorded}; now ${result.present}`;
    case 'missing':
      return `not replayed: ${result.reason}`;
  }
}
