import type { Command } from 'commander';
import { getAssignments, putAssignments } from '../../http/contract/assignments.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, CONNECTION_OPTION, type ConnectionFlag, type JsonFlag } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { printResult } from '../screen/listing.ts';

type Assignments = { everyone: boolean; groups: string[]; people: string[] };
type SetFlags = JsonFlag &
  ConnectionFlag & { everyone?: true; nobody?: true; group?: string[]; person?: string[] };

export function addAssignments({ program, cli }: { program: Command; cli: Cli }): void {
  const assignments = addGroup({
    to: program,
    name: 'assignments',
    description: 'who gets a seat on a connection',
  });
  addCommand({
    to: assignments,
    name: 'show',
    description: 'who is assigned to a connection',
    examples: ['assignments show', 'assignments show --connection corp-dropbox --json'],
  })
    .option(...CONNECTION_OPTION)
    .action(async ({ json = false, connection }: JsonFlag & ConnectionFlag) => {
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const result = await api.call(getAssignments, { params });
      await printResult({ cli, json, result, text: inWords });
    });
  addCommand({
    to: assignments,
    name: 'set',
    description: 'replace the assignments of a connection by those given',
    examples: [
      'assignments set --everyone',
      'assignments set --group Engineering Sales --person E100',
      'assignments set --nobody',
    ],
  })
    .option('--everyone', 'everybody who is active in the directory')
    .option('--group <names...>', 'everybody in these groups')
    .option('--person <ids...>', 'these people, by their external ids')
    .option('--nobody', 'no one: seats are taken back where that is switched on')
    .option(...CONNECTION_OPTION)
    .action(async ({ json = false, connection, everyone, nobody, group = [], person = [] }: SetFlags) => {
      const body = { everyone: everyone === true, groups: group, people: person };
      const isEmpty = !body.everyone && group.length === 0 && person.length === 0;
      if (isEmpty !== (nobody === true)) {
        throw wrongUsage(
          isEmpty ? 'Nobody is named.' : '--nobody goes with no other choice.',
          'Give --everyone, --group, --person, or --nobody alone.',
        );
      }
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const result = await api.call(putAssignments, { params, body });
      if (!json) cli.screen.say(`Assigned to ${params.connection}, from now on:`);
      await printResult({ cli, json, result, text: inWords });
    });
}

function inWords({ everyone, groups, people }: Assignments): string {
  const lines = [
    ...(everyone ? ['everyone'] : []),
    ...groups.map((name) => `group ${name}`),
    ...people.map((id) => `person ${id}`),
  ];
  return lines.length === 0 ? 'nobody' : lines.join('\n');
}
