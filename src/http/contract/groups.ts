import { NOTHING, OPERATORS, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { externalId, groupName } from './values.ts';
import { z } from './zod.ts';

const group = z.object({ name: z.string(), members: z.array(z.string()) }).openapi('Group');

const tag = 'Groups';

export const listGroups = operation({
  id: 'listGroups',
  method: 'get',
  path: '/v1/groups',
  tag,
  summary: 'All groups, with their members at present',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(group),
});

export const putGroup = operation({
  id: 'putGroup',
  method: 'put',
  path: '/v1/groups/{name}',
  tag,
  summary: "Replace a group's members, whoever gave them",
  roles: OPERATORS,
  params: z.object({ name: groupName }),
  query: NOTHING,
  // Required: a body that was lost on the way must not empty the group.
  body: z.strictObject({ members: z.array(externalId).max(50_000) }),
  status: 200,
  answer: group,
  refusals: [422],
  namedByPath: true,
});
