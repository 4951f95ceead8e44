/** Plans and licences: seats bought, used and wasted. */
import { connectionParams } from './connections.ts';
import { count, dormantMembers, figures } from './licence-figures.ts';
import { NOTHING, operation, READERS } from './operation.ts';
import { cause } from './problem.ts';
import { day } from './values.ts';
import { z } from './zod.ts';

const date = z.string().openapi({ format: 'date', example: '2026-11-22' });

const licences = z
  .object({
    purchased: figures.purchased.nullable(),
    provisioned: figures.provisioned.nullable(),
    used: figures.used.nullable(),
    available: figures.available.nullable(),
    wasted: figures.wasted.nullable(),
    takenAt: figures.takenAt.nullable(),
    suspended: count.openapi({ description: 'Suspended members, at present.' }),
    dormant: dormantMembers,
    history: z
      .array(z.object({ date, purchased: count, used: count }))
      .openapi({ description: 'One item for each day (UTC) with a sync, oldest first.' }),
    forecast: z.array(z.object({ date, used: count })).openapi({
      description:
        'The next 90 days: what is used now, and what the plans of all seats add and take away, ' +
        'as far as the settings let it happen. Removing somebody frees the licence on that day.',
    }),
    problem: cause.optional().openapi({ description: 'Why a figure is null.' }),
  })
  .openapi('Licences');

export const getLicences = operation({
  id: 'getLicences',
  method: 'get',
  path: '/v1/connections/{connection}/licences',
  tag: 'Licences',
  summary: 'Seats bought, used and wasted, what they were and what they will be',
  description:
    'Before the first sync has counted them, the figures are null and `problem` says so. ' +
    'The history is that of the last 90 days unless `from` or `to` say otherwise; without `from`, 90 days up to `to`.',
  roles: READERS,
  params: connectionParams,
  query: z.strictObject({
    from: day.optional().openapi({ description: 'First day of the history (UTC).' }),
    to: day.optional().openapi({ description: 'Last day of the history (UTC).' }),
  }),
  body: NOTHING,
  status: 200,
  answer: licences,
  refusals: [404],
});
