import { createApiKey, deleteApiKey } from '../../commands/api-keys.ts';
import { listApiKeys } from '../../read-model/api-keys.ts';
import * as contract from '../contract/api-keys.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';

export const apiKeyRoutes = ({ db }: Http) => [
  implement(contract.createApiKey, async ({ body, caller, now }) => {
    const { createdAt, ...created } = await createApiKey({ db, ...body, actor: caller.actor, now });
    return { body: { ...created, createdAt: createdAt.toISOString() } };
  }),

  implement(contract.listApiKeys, async ({ query: { cursor, limit } }) => ({
    body: await listApiKeys({ db, cursor, limit }),
  })),

  implement(contract.deleteApiKey, async ({ params, caller: { actor }, now }) => {
    await deleteApiKey({ db, id: params.id, actor, now });
    return { body: undefined };
  }),
];
