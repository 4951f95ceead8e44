import { connectionParams } from './connections.ts';
import { NOTHING, OPERATORS, operation } from './operation.ts';
import { externalId } from './values.ts';
import { z } from './zod.ts';

const decided = {
  method: 'post',
  tag: 'Seats',
  roles: OPERATORS,
  params: connectionParams.extend({ externalId }),
  query: z.strictObject({}),
  body: NOTHING,
  status: 202,
  answer: z.object({ planVersion: z.number().int() }),
  refusals: [404, 409],
} as const;

export const retrySeat = operation({
  ...decided,
  id: 'retrySeat',
  path: '/v1/people/{externalId}/seats/{connection}/retry',
  summary: 'Try again what ended in attention',
  description: 'Refused with 409 when the seat does not ask for attention.',
});

export const recoverSeat = operation({
  ...decided,
  id: 'recoverSeat',
  path: '/v1/people/{externalId}/seats/{connection}/recover',
  summary: 'Undo a removal while the hold lasts',
  description:
    'The member is recovered, whatever HR said so far; a joiner, leaver, suspension or reinstatement that takes effect ' +
    'later decides anew. Refused with 409 unless the seat is held, and while provisioning is switched off.',
});
