import type { Command } from 'commander';
import { getLicences } from '../../http/contract/licences.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import type { Answer } from '../api/client.ts';
import type { Cli } from '../cli.ts';
import { addCommand, CONNECTION_OPTION, type ConnectionFlag, type JsonFlag } from '../command.ts';
import { fieldsText } from '../screen/fields.ts';
import { printResult } from '../screen/listing.ts';
import { tableOf } from '../screen/table.ts';
import { count, moment } from '../screen/words.ts';

type Licences = Answer<typeof getLicences>;
type Flags = JsonFlag & ConnectionFlag & { from?: string; to?: string };

export function addLicences({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'licences',
    description: 'seats bought, used and wasted; what they were and what they will be',
    examples: ['licences', 'licences --from 2026-01-01 --to 2026-03-31', 'licences --json'],
  })
    .option(...CONNECTION_OPTION)
    .option('--from <day>', 'first day of the history (default: 90 days back)')
    .option('--to <day>', 'last day of the history (default: today)')
    .action(async ({ json = false, connection, from, to }: Flags) => {
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const result = await api.call(getLicences, { params, query: { from, to } });
      await printResult({ cli, json, result, text: (licences) => licencesText({ licences, cli }) });
    });
}

const known = (figure: number | null): string => (figure === null ? 'not known' : count(figure));

function licencesText({ licences, cli }: { licences: Licences; cli: Cli }): string {
  const { dormant, suspended, problem, history, forecast } = licences;
  const of = dormant === null ? 'dormant ones not known' : `${count(dormant)} dormant`;
  const figures = fieldsText([
    ['Purchased', known(licences.purchased)],
    ['Provisioned', known(licences.provisioned)],
    ['Used', known(licences.used)],
    ['Available', known(licences.available)],
    ['Wasted', `${known(licences.wasted)} (${count(suspended)} suspended, ${of})`],
    ['As of', moment(licences.takenAt)],
    ['Not known', problem && `${problem.detail} ${problem.nextStep}`],
  ]);
  // Only the days on which something changes: ninety equal lines say nothing.
  const past = changes({ days: history, figureOf: ({ used, purchased }) => `${used}/${purchased}` });
  const future = changes({ days: forecast, figureOf: ({ used }) => `${used}` });
  const pastTable = tableOf<Licences['history'][number]>({
    screen: cli.screen,
    columns: [
      { title: 'Day', value: ({ date }) => date },
      { title: 'Used', value: ({ used }) => count(used) },
      { title: 'Purchased', value: ({ purchased }) => count(purchased) },
    ],
  });
  const futureTable = tableOf<Licences['forecast'][number]>({
    screen: cli.screen,
    columns: [
      { title: 'Day', value: ({ date }) => date },
      { title: 'Used', value: ({ used }) => count(used) },
    ],
  });
  return [
    figures,
    ...(past.length === 0 ? [] : [`\nHistory, where it changed:\n${pastTable.rows(past).trimEnd()}`]),
    ...(future.length < 2 ? [] : [`\nForecast, where it changes:\n${futureTable.rows(future).trimEnd()}`]),
  ].join('\n');
}

function changes<T>({ days, figureOf }: { days: readonly T[]; figureOf: (day: T) => string }): T[] {
  return days.filter((day, i) => {
    const before = days[i - 1];
    return before === undefined || figureOf(before) !== figureOf(day);
  });
}
