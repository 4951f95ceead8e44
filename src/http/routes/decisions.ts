import { recoverSeat, retrySeat } from '../../commands/decisions.ts';
import * as decisions from '../contract/decisions.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';
import { knownConnection } from './known.ts';

export const decisionRoutes = (http: Http) => [
  implement(decisions.retrySeat, async ({ params, caller: { actor } }) => {
    const { id: connectionId } = await knownConnection({ http, params });
    const { externalId: personId } = params;
    return { body: await retrySeat({ db: http.db, connectionId, personId, actor }) };
  }),

  implement(decisions.recoverSeat, async ({ params, caller: { actor }, now }) => {
    const { id: connectionId } = await knownConnection({ http, params });
    const { externalId: personId } = params;
    return { body: await recoverSeat({ db: http.db, connectionId, personId, actor, now }) };
  }),
];
