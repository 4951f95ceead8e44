import { NOTHING, OPERATORS, operation } from './operation.ts';
import { cause } from './problem.ts';
import { text, time } from './values.ts';
import { z } from './zod.ts';

export const authorizationRequest = z
  .strictObject({
    access: z.enum(['read', 'provision']).optional().openapi({
      description: '`provision` (the default) also asks for the scopes that change members.',
    }),
  })
  .openapi('AuthorizationRequest');

export const begunAuthorization = z
  .object({
    id: z.string(),
    authorizeUrl: z.string().openapi({ description: "Where to send the team admin's browser." }),
    expiresAt: time,
  })
  .openapi('BegunAuthorization');

const authorization = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'granted', 'refused', 'expired']),
    access: z.enum(['read', 'provision']),
    team: z.object({ id: z.string(), name: z.string() }).optional(),
    admin: z.object({ email: z.string() }).optional(),
    problem: cause.optional(),
    connection: z.string().optional().openapi({ description: 'Slug, once it is saved.' }),
    expiresAt: time,
  })
  .openapi('Authorization');

const tag = 'Connect';

export const beginAuthorization = operation({
  id: 'beginAuthorization',
  method: 'post',
  path: '/v1/authorizations',
  tag,
  summary: 'Begin to connect a team',
  description: "Send the team admin's browser to `authorizeUrl` within ten minutes.",
  roles: OPERATORS,
  params: NOTHING,
  query: NOTHING,
  body: authorizationRequest,
  status: 201,
  answer: begunAuthorization,
  refusals: [409, 422],
});

export const getAuthorization = operation({
  id: 'getAuthorization',
  method: 'get',
  path: '/v1/authorizations/{id}',
  tag,
  summary: 'How an authorisation stands',
  description: 'Only who began it may look.',
  roles: OPERATORS,
  params: z.object({ id: text({ max: 120 }) }),
  query: NOTHING,
  body: NOTHING,
  status: 200,
  answer: authorization,
  refusals: [404],
});
