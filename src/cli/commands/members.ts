import type { Command } from 'commander';
import { listMembers } from '../../http/contract/members.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import {
  addCommand,
  CONNECTION_OPTION,
  type ConnectionFlag,
  type JsonFlag,
  LIMIT_OPTION,
  type LimitFlag,
} from '../command.ts';
import { printListing } from '../screen/listing.ts';
import { moment, yesNo } from '../screen/words.ts';

type Flags = JsonFlag &
  ConnectionFlag &
  LimitFlag & {
    dormant?: true;
    status?: 'invited' | 'active' | 'suspended' | 'removed' | 'unknown';
    q?: string;
  };

export function addMembers({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'members',
    description: 'list the members that Dropbox reports, as last seen',
    examples: ['members', 'members --dormant', 'members --status suspended --json', 'members --q lovelace'],
  })
    .option(...CONNECTION_OPTION)
    .option('--dormant', 'only those who were not active for longer than the setting dormantAfter')
    .option('--status <status>', 'only these: invited, active, suspended, removed')
    .option('--q <text>', 'part of a name, an address or an id')
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, connection, limit, dormant, status, q }: Flags) => {
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const filter = { status, q, dormant: dormant ? ('true' as const) : undefined };
      await printListing({
        cli,
        json,
        pages: pagesOf({
          limit,
          fetchPage: (page) => api.call(listMembers, { params, query: { ...filter, ...page } }),
        }),
        empty: 'Nobody.',
        columns: [
          { title: 'E-mail', value: ({ email }) => email },
          { title: 'Name', value: ({ name }) => name },
          { title: 'Status', value: ({ status: is }) => is },
          { title: 'Role', value: ({ role }) => role },
          { title: 'Last activity', value: ({ lastActivityAt }) => moment(lastActivityAt) },
          { title: 'Dormant', value: ({ dormant: is }) => yesNo(is) },
          { title: 'Managed by', value: ({ managedBy }) => managedBy },
        ],
      });
    });
}
