import { SEAT_STATES } from '../../domain/seat.ts';
import { connectionParams } from './connections.ts';
import { NOTHING, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { time, words } from './values.ts';
import { z } from './zod.ts';

export const MEMBER_STATUSES = ['invited', 'active', 'suspended', 'removed', 'unknown'] as const;

export const seat = z
  .object({
    connection: z.string().openapi({ description: 'Slug.' }),
    state: z.enum(SEAT_STATES),
    memberStatus: z.enum(MEMBER_STATUSES).nullable(),
    emailHold: z.object({ until: time }).optional(),
    waitingFor: z
      .object({
        kind: z.enum(['email', 'seat', 'date', 'connection', 'brake', 'person']),
        since: time.optional(),
        until: time.optional(),
        place: z.number().int().optional(),
      })
      .optional(),
    attention: z
      .object({
        code: z.string(),
        message: z.string(),
        nextStep: z.string(),
        since: time,
        refusal: z.string().optional().openapi({ description: "Dropbox's own word for it." }),
      })
      .optional(),
    switchedOff: z
      .object({ action: z.enum(['provision', 'suspend', 'deprovision']), at: time })
      .optional()
      .openapi({ description: 'What would have been done if the settings enabled it.' }),
    invitation: z
      .object({ mailed: z.literal(false), nextStep: z.string() })
      .optional()
      .openapi({
        description: 'Of an invitation that Dropbox mailed nothing about: what to tell the person.',
      }),
    planVersion: z.number().int(),
    workflowId: z.string(),
    temporalUrl: z.string(),
  })
  .openapi('Seat');

export const listSeats = operation({
  id: 'listSeats',
  method: 'get',
  path: '/v1/connections/{connection}/seats',
  tag: 'Seats',
  summary: 'Seats of a connection',
  roles: READERS,
  params: connectionParams,
  query: z.strictObject({
    state: z.enum(SEAT_STATES).optional(),
    attention: words({ max: 64 }).optional().openapi({
      description: '`true`, `false`, or the code of a reason.',
    }),
    ...pageQuery,
  }),
  body: NOTHING,
  status: 200,
  answer: pageOf(seat.extend({ person: z.string().openapi({ description: 'External id.' }) })),
  refusals: [404],
});
