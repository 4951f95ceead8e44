import { NOTHING, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { time } from './values.ts';
import { z } from './zod.ts';

const emailHold = z
  .object({
    email: z.string(),
    connection: z.string().openapi({ description: 'Slug.' }),
    heldBy: z.string().nullable().openapi({
      description: 'External id of whoever was removed; null for a member whom nobody managed.',
    }),
    until: time.nullable(),
    waiting: z.array(z.string()).openapi({ description: 'External ids in the order of asking.' }),
  })
  .openapi('EmailHold');

export const listEmailHolds = operation({
  id: 'listEmailHolds',
  method: 'get',
  path: '/v1/email-holds',
  tag: 'E-mail holds',
  summary: 'Addresses that are reserved after a removal, and who waits for them',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(emailHold),
});
