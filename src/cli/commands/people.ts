import type { Command } from 'commander';
import { getPerson, getTimeline } from '../../http/contract/people.ts';
import type { Answer } from '../api/client.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, type JsonFlag, LIMIT_OPTION, type LimitFlag } from '../command.ts';
import { fieldsText } from '../screen/fields.ts';
import { printListing, printResult } from '../screen/listing.ts';
import { seatNews, seatTitle } from '../screen/seat-words.ts';
import { moment } from '../screen/words.ts';

export function addPeople({ program, cli }: { program: Command; cli: Cli }): void {
  const people = addGroup({ to: program, name: 'people', description: 'one person of the directory' });
  addCommand({
    to: people,
    name: 'show <person>',
    description: 'a person, by external id, with every seat',
    examples: ['people show E100', 'people show E100 --json'],
  }).action(async (externalId: string, { json = false }: JsonFlag) => {
    const api = await cli.api();
    const result = await api.call(getPerson, { params: { externalId } });
    await printResult({ cli, json, result, text: personText });
  });
  addCommand({
    to: people,
    name: 'timeline <person>',
    description: 'everything that happened to a person, oldest first',
    examples: ['people timeline E100', 'people timeline E100 --json'],
  })
    .option(...LIMIT_OPTION)
    .action(async (externalId: string, { json = false, limit }: JsonFlag & LimitFlag) => {
      const api = await cli.api();
      await printListing({
        cli,
        json,
        pages: pagesOf({
          limit,
          fetchPage: (query) => api.call(getTimeline, { params: { externalId }, query }),
        }),
        empty: 'Nothing has happened yet.',
        columns: [
          { title: 'At', value: ({ at }) => moment(at) },
          { title: 'Kind', value: ({ kind }) => kind },
          { title: 'By', value: ({ actor }) => actor },
          { title: 'Cause', value: ({ cause }) => cause },
          { title: 'What', value: ({ summary }) => summary },
        ],
      });
    });
}

function personText(person: Answer<typeof getPerson>): string {
  const name = [person.givenName, person.surname].filter(Boolean).join(' ');
  const about = fieldsText([
    ['Person', person.externalId],
    ['Name', name],
    ['E-mail', person.email],
    ['State', person.state ?? 'not joined'],
    ['Groups', person.groups.join(', ')],
    ['Manager', person.manager],
    ['Time zone', person.timeZone],
  ]);
  if (person.seats.length === 0) return `${about}\n\nNo seat on any connection.`;
  const seats = person.seats.map((seat) =>
    [
      `Seat on ${seat.connection}: ${seatTitle(seat)}`,
      ...seatNews(seat).map((line) => `  ${line}`),
      `  ${seat.temporalUrl}`,
    ].join('\n'),
  );
  return `${about}\n\n${seats.join('\n\n')}`;
}
