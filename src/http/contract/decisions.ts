import { connectionParams } from './connections.ts';
import { NOTHING, OPERATORS, operation } from './operation.ts';
import { externalId } from './values.ts';
import { z } from './zod.ts';

export const retrySeat = operation({
  id: 'retrySeat',
  method: 'post',
  path: '/v1/people/{externalId}/seats/{connection}/retry',
  tag: 'Seats',
  summary: 'Try again what ended in attention',
  description: 'Refused with 409 when the seat does not ask for attention.',
  roles: OPERATORS,
  params: connectionParams.extend({ externalId }),
  query: z.strictObject({}),
  body: NOTHING,
  status: 202,
  answer: z.object({ planVersion: z.number().int() }),
  refusals: [404, 409],
});
