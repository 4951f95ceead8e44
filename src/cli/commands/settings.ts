import type { Command } from 'commander';
import { getProvisioning, putProvisioning } from '../../http/contract/settings.ts';
import { chosenConnection } from '../api/chosen-connection.ts';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, CONNECTION_OPTION, type ConnectionFlag, type JsonFlag } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { readInput } from '../input-file.ts';
import { printResult } from '../screen/listing.ts';

/** Defaults are the server's to fill in; here they only complete the type. */
const replaceSettings = putProvisioning({ dormantAfter: 'P60D' });

export function addSettings({ program, cli }: { program: Command; cli: Cli }): void {
  const settings = addGroup({
    to: program,
    name: 'settings',
    description: 'what Seatkeeper may do on a connection',
  });
  addCommand({
    to: settings,
    name: 'show',
    description: 'the settings of a connection, as JSON that "settings set" takes',
    examples: ['settings show', 'settings show --connection corp-dropbox > settings.json'],
  })
    .option(...CONNECTION_OPTION)
    .action(async ({ json = false, connection }: JsonFlag & ConnectionFlag) => {
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const result = await api.call(getProvisioning, { params });
      await printResult({ cli, json, result, text: (shown) => JSON.stringify(shown, null, 2) });
    });
  addCommand({
    to: settings,
    name: 'set <file>',
    description: 'replace the settings; what the file leaves out takes its default',
    examples: [
      'settings set settings.json',
      'settings show | jq ".provision.enabled = true" | seatkeeper settings set -',
    ],
  })
    .option(...CONNECTION_OPTION)
    .action(async (file: string, { json = false, connection }: JsonFlag & ConnectionFlag) => {
      const bodyText = await readInput({ cli, file });
      if (!isJson(bodyText)) {
        throw wrongUsage(
          `${file === '-' ? 'What was given' : file} is not JSON.`,
          'Begin with what "seatkeeper settings show" prints, and change that.',
        );
      }
      const api = await cli.api();
      const params = { connection: await chosenConnection({ api, given: connection }) };
      const result = await api.call(replaceSettings, { params, bodyText });
      if (!json) cli.screen.say(`The settings of ${params.connection} are now:`);
      await printResult({ cli, json, result, text: (shown) => JSON.stringify(shown, null, 2) });
    });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
