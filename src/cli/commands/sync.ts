import type { Command } from 'commander';
import { requestSync } from '../../http/contract/connections.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import type { Cli } from '../cli.ts';
import { addCommand, CONNECTION_OPTION, type ConnectionFlag, type JsonFlag } from '../command.ts';
import { printResult } from '../screen/listing.ts';
import { syncText, watchSync } from '../watched-sync.ts';

export function addSync({ program, cli }: { program: Command; cli: Cli }): void {
  addCommand({
    to: program,
    name: 'sync',
    description: 'compare a team with Dropbox now; joins the run that is under way, if there is one',
    examples: ['sync', 'sync --watch', 'sync --connection corp-dropbox --watch --json'],
  })
    .option(...CONNECTION_OPTION)
    .option('--watch', 'show its phases until it is done')
    .action(
      async ({ json = false, connection: given, watch }: JsonFlag & ConnectionFlag & { watch?: true }) => {
        const api = await cli.api();
        const connection = await chosenConnection({ api, given });
        const begun = await api.call(requestSync, { params: { connection } });
        if (!watch) {
          const text = () =>
            `The sync of ${connection} runs. "seatkeeper sync --connection ${connection} --watch" shows how far it is.`;
          return printResult({ cli, json, result: begun, text });
        }
        cli.ifInterrupted(
          `The sync goes on. Watch it again: seatkeeper sync --connection ${connection} --watch`,
        );
        const run = await watchSync({ cli, api, connection, begun, quiet: json });
        await printResult({ cli, json, result: run, text: () => syncText({ run, connection }) });
      },
    );
}
