import { connectionParams } from './connections.ts';
import { NOTHING, OPERATORS, operation, READERS } from './operation.ts';
import { externalId, groupName } from './values.ts';
import { z } from './zod.ts';

const MOST = 10_000;

const groups = z.array(groupName).max(MOST);
const people = z.array(externalId).max(MOST);

const assignments = z.object({ everyone: z.boolean(), groups, people }).openapi('Assignments');

/** What is left out is emptied; an empty body is more likely a mistake than the wish to take everybody's seat. */
const replacement = z
  .strictObject({
    everyone: z.boolean().optional(),
    groups: groups.optional(),
    people: people.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, {
    error: 'must name at least one of everyone, groups and people',
  })
  .transform(({ everyone, groups: named, people: assigned }) => ({
    everyone: everyone ?? false,
    groups: named ?? [],
    people: assigned ?? [],
  }))
  .openapi({ minProperties: 1 });

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
  body: replacement,
  status: 200,
  answer: assignments,
  refusals: [404, 422],
});
