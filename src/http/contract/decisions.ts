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

export const approveSeat = operation({
  ...decided,
  id: 'approveSeat',
  path: '/v1/people/{externalId}/seats/{connection}/approve',
  summary: 'Let the plan hold, whatever somebody changed in Dropbox',
  description: 'The seat reverts the change. Refused with 409 unless it has attention `drift`.',
});

export const adoptSeat = operation({
  ...decided,
  id: 'adoptSeat',
  path: '/v1/people/{externalId}/seats/{connection}/adopt',
  summary: 'Accept what somebody changed in Dropbox',
  description:
    'The seat follows what Dropbox shows, whatever HR said so far; a joiner, leaver, suspension or reinstatement that ' +
    'takes effect later decides anew. Refused with 409 unless it has attention `drift`, and while the action that ' +
    'it takes is switched off.',
});

export const pauseSeat = operation({
  ...decided,
  id: 'pauseSeat',
  path: '/v1/people/{externalId}/seats/{connection}/pause',
  summary: 'Ask nothing of Dropbox for this seat for now',
  description:
    'Facts are taken in; a hold that ends is not ended. Refused with 409 when it is paused already or has ended.',
});

export const resumeSeat = operation({
  ...decided,
  id: 'resumeSeat',
  path: '/v1/people/{externalId}/seats/{connection}/resume',
  summary: 'End the pause of a seat',
  description: 'The seat goes on with the present plan. Refused with 409 unless it is paused.',
});
