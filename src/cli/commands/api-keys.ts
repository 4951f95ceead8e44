import { type Command, Option } from 'commander';
import { createApiKey, deleteApiKey, listApiKeys } from '../../http/contract/api-keys.ts';
import { ROLES, type Role } from '../../http/contract/operation.ts';
import { pagesOf } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { addCommand, addGroup, type JsonFlag, LIMIT_OPTION, type LimitFlag } from '../command.ts';
import { printListing, printResult } from '../screen/listing.ts';
import { moment } from '../screen/words.ts';

export function addApiKeys({ program, cli }: { program: Command; cli: Cli }): void {
  const keys = addGroup({ to: program, name: 'api-keys', description: 'keys of the API' });
  addCommand({
    to: keys,
    name: 'create',
    description: 'make a key, which is shown once',
    examples: [
      'api-keys create --name "HR system" --role hr',
      'api-keys create --name CI --role auditor --json',
    ],
  })
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .action(async ({ json = false, name, role }: JsonFlag & { name: string; role: Role }) => {
      const api = await cli.api();
      const result = await api.call(createApiKey, { body: { name, role } });
      if (!json) cli.screen.say(`Made the key ${result.id} (${role}). Keep it now; it is not shown again.`);
      await printResult({ cli, json, result, text: ({ key }) => key });
    });
  addCommand({
    to: keys,
    name: 'list',
    description: 'list the keys that work',
    examples: ['api-keys list', 'api-keys list --json'],
  })
    .option(...LIMIT_OPTION)
    .action(async ({ json = false, limit }: JsonFlag & LimitFlag) => {
      const api = await cli.api();
      await printListing({
        cli,
        json,
        pages: pagesOf({ limit, fetchPage: (query) => api.call(listApiKeys, { query }) }),
        empty: 'No key besides the one of the environment (ADMIN_API_KEY).',
        columns: [
          { title: 'Id', value: ({ id }) => id },
          { title: 'Name', value: ({ name }) => name },
          { title: 'Role', value: ({ role }) => role },
          { title: 'Begins with', value: ({ prefix }) => prefix },
          { title: 'Made', value: ({ createdAt }) => moment(createdAt) },
          { title: 'By', value: ({ createdBy }) => createdBy },
        ],
      });
    });
  addCommand({
    to: keys,
    name: 'revoke <id>',
    description: 'make a key useless, at once',
    examples: ['api-keys revoke key_4f0c…', 'api-keys list'],
  }).action(async (id: string, { json = false }: JsonFlag) => {
    const api = await cli.api();
    await api.call(deleteApiKey, { params: { id } });
    await printResult({ cli, json, result: { id, revoked: true }, text: () => `The key ${id} is revoked.` });
  });
}
