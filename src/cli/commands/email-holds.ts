import type { Command } from 'commander';
import { listEmailHolds } from '../../http/contract/email-holds.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { addCommand, type JsonFlag, LIMIT_OPTION, type LimitFlag } from '../command.ts';
import { printListing } from '../screen/listing.ts';
import { moment } from '../screen/words.ts';

export function addEmailHolds({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'email-holds',
    description: 'list the addresses that are reserved after a removal, and who waits for them',
    examples: ['email-holds', 'email-holds --json'],
  })
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, limit }: JsonFlag & LimitFlag) => {
      const api = await cli.api();
      await printListing({
        cli,
        json,
        pages: pagesOf({ limit, fetchPage: (query) => api.call(listEmailHolds, { query }) }),
        empty: 'No address is held.',
        columns: [
          { title: 'Address', value: ({ email }) => email },
          { title: 'Connection', value: ({ connection }) => connection },
          { title: 'Held by', value: ({ heldBy }) => heldBy ?? 'nobody managed' },
          { title: 'Until', value: ({ until }) => moment(until) ?? 'not known' },
          { title: 'Waiting', value: ({ waiting }) => waiting.join(', ') || null },
        ],
      });
    });
}
