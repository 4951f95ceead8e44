import type { Command } from 'commander';
import { listConnections } from '../../http/contract/connections.ts';
import type { Answer } from '../api/client.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { addCommand, type JsonFlag, LIMIT_OPTION, type LimitFlag } from '../command.ts';
import { printListing } from '../screen/listing.ts';
import { count, moment } from '../screen/words.ts';

type Connection = Answer<typeof listConnections>['items'][number];

export function addConnections({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'connections',
    description: 'list the connected Dropbox teams, and how their last sync went',
    examples: ['connections', 'connections --json'],
  })
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, limit }: JsonFlag & LimitFlag) => {
      const api = await cli.api();
      await printListing({
        cli,
        json,
        pages: pagesOf({ limit, fetchPage: (query) => api.call(listConnections, { query }) }),
        empty: 'No team is connected yet; "seatkeeper connect" connects one.',
        columns: [
          { title: 'Connection', value: ({ slug }) => slug },
          { title: 'Name', value: ({ name }) => name },
          { title: 'Team', value: ({ team }) => team.name },
          { title: 'Access', value: ({ access }) => access },
          { title: 'Status', value: ({ status }) => status },
          { title: 'Seats used', value: seatsUsed },
          { title: 'Next sync', value: ({ sync }) => moment(sync?.nextAt) },
          { title: 'Last sync', value: lastSync },
        ],
      });
    });
}

const seatsUsed = ({ licences }: Connection): string | null =>
  licences === null ? null : `${count(licences.used)} of ${count(licences.purchased)}`;

function lastSync({ sync, problem }: Connection): string | null {
  if (problem !== undefined) return `! ${problem.detail} ${problem.nextStep}`;
  if (sync === null) return null;
  if (sync.problem !== undefined) return `${sync.status}: ${sync.problem.detail} ${sync.problem.nextStep}`;
  return [sync.status, moment(sync.finishedAt)].filter(Boolean).join(' ');
}
