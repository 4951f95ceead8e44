import { connectionParams } from './connections.ts';
import { NOTHING, operation, READERS } from './operation.ts';
import { flag, pageOf, pageQuery } from './page.ts';
import { MEMBER_STATUSES } from './seats.ts';
import { time, words } from './values.ts';
import { z } from './zod.ts';

const member = z
  .object({
    teamMemberId: z.string(),
    email: z.string(),
    name: z.string(),
    status: z.enum(MEMBER_STATUSES),
    role: z.string(),
    joinedAt: time.nullable(),
    lastActivityAt: time.nullable(),
    lastActivitySource: z.string().nullable(),
    dormant: z.boolean().nullable().openapi({ description: 'Null: not known.' }),
    managedBy: z.string().optional().openapi({ description: 'External id of the person whose seat it is.' }),
  })
  .openapi('Member');

export const listMembers = operation({
  id: 'listMembers',
  method: 'get',
  path: '/v1/connections/{connection}/members',
  tag: 'Members',
  summary: 'What Dropbox reports, as last seen',
  description: 'Without `status`, removed members are left out.',
  roles: READERS,
  params: connectionParams,
  query: z.strictObject({
    status: z.enum(MEMBER_STATUSES).optional(),
    dormant: flag.optional(),
    q: words({ max: 255 }).optional().openapi({ description: 'Part of a name, an address or an id.' }),
    ...pageQuery,
  }),
  body: NOTHING,
  status: 200,
  answer: pageOf(member),
  refusals: [404],
});
