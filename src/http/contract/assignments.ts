import { connectionParams } from './connections.ts';
import { NOTHING, OPERATORS, operation, READERS } from './operation.ts';
import { externalId, groupName } from './values.ts';
import { z } from './zod.ts';

const MOST = 10_000;

const assignments = z
  .strictObject({
    everyone: z.boolean().default(false),
    groups: z.array(groupName).max(MOST).default([]),
    people: z.array(externalId).max(MOST).default([]),
  })
  .openapi('Assignments');

const tag = 'Assignments';

export const getAssignments = operation({
  id: 'getAssignments',
  method: 'get',
  path: '/v1/connections/{connection}/assignments',
  tag,
  summary: 'Who is assigned to a connection',
  roles: READERS,
  params: connectionParams,
  query: NOTHING,
  body: NOTHING,
  status: 200,
  answer: assignments,
  refusals: [404],
});

export const putAssignments = operation({
  id: 'putAssignments',
  method: 'put',
  path: '/v1/connections/{connection}/assignments',
  tag,
  summary: 'Replace who is assigned',
  description: 'Unknown people and groups are refused. Acts at once, also during the first sync.',
  roles: OPERATORS,
  params: connectionParams,
  query: NOTHING,
  body: assignments,
  status: 200,
  answer: assignments,
  refusals: [404, 422],
});
