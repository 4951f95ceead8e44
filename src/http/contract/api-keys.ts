import { ADMINS, NOTHING, operation, ROLES } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { connectionName, text, time } from './values.ts';
import { z } from './zod.ts';

const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    prefix: z.string().openapi({ description: 'First characters of the key.' }),
    createdBy: z.string(),
    createdAt: time,
  })
  .openapi('ApiKey');

const tag = 'API keys';

export const createApiKey = operation({
  id: 'createApiKey',
  method: 'post',
  path: '/v1/api-keys',
  tag,
  summary: 'Make a key',
  description: 'The key itself is in this answer only.',
  roles: ADMINS,
  params: NOTHING,
  query: NOTHING,
  body: z.strictObject({ name: connectionName.openapi({ example: 'HR system' }), role: z.enum(ROLES) }),
  status: 201,
  answer: apiKey.extend({ key: z.string() }),
  refusals: [409, 422],
});

export const listApiKeys = operation({
  id: 'listApiKeys',
  method: 'get',
  path: '/v1/api-keys',
  tag,
  summary: 'Keys that work',
  description: 'The key of the environment (ADMIN_API_KEY) is not among them.',
  roles: ADMINS,
  params: NOTHING,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(apiKey),
});

export const deleteApiKey = operation({
  id: 'deleteApiKey',
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tag,
  summary: 'Make a key useless, at once',
  roles: ADMINS,
  params: z.object({ id: text({ max: 120 }) }),
  query: NOTHING,
  body: NOTHING,
  status: 204,
  answer: z.undefined(),
  refusals: [404],
});
