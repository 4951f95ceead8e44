import type { Command } from 'commander';
import {
  adoptSeat,
  approveSeat,
  pauseSeat,
  recoverSeat,
  resumeSeat,
  retrySeat,
} from '../../http/contract/decisions.ts';
import { listSeats } from '../../http/contract/seats.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import type { Call } from '../api/client.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import {
  addCommand,
  addGroup,
  CONNECTION_OPTION,
  type ConnectionFlag,
  type JsonFlag,
  LIMIT_OPTION,
  type LimitFlag,
} from '../command.ts';
import { printListing, printResult } from '../screen/listing.ts';
import { seatNews } from '../screen/seat-words.ts';

type SeatQuery = NonNullable<Call<typeof listSeats>['query']>;
type ListFlags = JsonFlag &
  ConnectionFlag &
  LimitFlag & { state?: NonNullable<SeatQuery['state']>; attention?: true | string };

/** What an operator may decide about one seat; each is an operation of the contract and one entry here. */
const DECISIONS = [
  {
    name: 'retry',
    operation: retrySeat,
    description: 'try again what ended in attention',
    done: 'is tried again',
  },
  {
    name: 'recover',
    operation: recoverSeat,
    description: 'undo a removal while the hold lasts',
    done: 'is being recovered',
  },
  {
    name: 'approve',
    operation: approveSeat,
    description: 'let the plan hold, whatever somebody changed in Dropbox',
    done: 'does as planned',
  },
  {
    name: 'adopt',
    operation: adoptSeat,
    description: 'accept what somebody changed in Dropbox',
    done: 'follows Dropbox',
  },
  {
    name: 'pause',
    operation: pauseSeat,
    description: 'ask nothing of Dropbox for this seat for now',
    done: 'is paused',
  },
  {
    name: 'resume',
    operation: resumeSeat,
    description: 'end the pause of a seat',
    done: 'goes on',
  },
] as const;

export function addSeats({ program, cli }: { program: Command; cli: Cli }): void {
  const seats = addGroup({ to: program, name: 'seats', description: 'seats of a connection' });
  addCommand({
    to: seats,
    name: 'list',
    description: 'list the seats of a connection, and what each waits for',
    examples: [
      'seats list',
      'seats list --state held',
      'seats list --attention',
      'seats list --attention drift',
    ],
  })
    .option(...CONNECTION_OPTION)
    .option('--state <state>', 'only these, for example waiting, invited, active, held')
    .option('--attention [code]', 'only those that need a person, or only for this reason')
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, connection, limit, state, attention }: ListFlags) => {
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const filter = { state, attention: attention === true ? 'true' : attention };
      await printListing({
        cli,
        json,
        pages: pagesOf({
          limit,
          fetchPage: (page) => api.call(listSeats, { params, query: { ...filter, ...page } }),
        }),
        empty: 'No such seat.',
        columns: [
          { title: 'Person', value: ({ person }) => person },
          { title: 'State', value: ({ state: is }) => is },
          { title: 'Member', value: ({ memberStatus }) => memberStatus },
          { title: 'News', value: (seat) => seatNews(seat).join('; ') || null },
        ],
      });
    });

  for (const { name, operation, description, done } of DECISIONS) {
    addCommand({
      to: seats,
      name: `${name} <person>`,
      description,
      examples: [`seats ${name} E100`, `seats ${name} E100 --connection corp-dropbox`],
    })
      .option(...CONNECTION_OPTION)
      .action(async (externalId: string, { json = false, connection: given }: JsonFlag & ConnectionFlag) => {
        const api = await cli.api();
        const connection = await chosenConnection({ api, given });
        const result = await api.call(operation, { params: { externalId, connection } });
        await printResult({
          cli,
          json,
          result,
          text: () =>
            `The seat of ${externalId} on ${connection} ${done}. "seatkeeper people show ${externalId}" shows how it goes on.`,
        });
      });
  }
}
