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
    lastActivitySource: z.string().nullable().openapi({
      description: 'The type of the audit event, or the kind of device session.',
      example: 'audit_log/login_success',
    }),
    dormant: z
      .boolean()
      .nullable()
      .openapi({
        description:
          'Active, and the last activity (or, with none, joining) is older than `dormantAfter` of the settings. ' +
          'Null: not known, or not an active member.',
      }),
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
    dormant: flag.optional().openapi({ description: 'Those of whom it is known.' }),
    q: words({ max: 255 }).optional().openapi({ description: 'Part of a name, an address or an id.' }),
    ...pageQuery,
  }),
  body: NOTHING,
  status: 200,
  answer: pageOf(member),
  refusals: [404],
});
