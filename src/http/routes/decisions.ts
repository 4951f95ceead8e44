import { recoverSeat, retrySeat } from '../../commands/decisions.ts';
import { adoptSeat, approveSeat } from '../../commands/drift-decisions.ts';
import { pauseSeat, resumeSeat } from '../../commands/seat-pause.ts';
import * as decisions from '../contract/decisions.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';
import { knownConnection } from './known.ts';

type Decide = (about: Parameters<typeof retrySeat>[0] & { now: Date }) => ReturnType<typeof retrySeat>;

export const decisionRoutes = (http: Http) => {
  const decided = (operation: (typeof decisions)[keyof typeof decisions], decide: Decide) =>
    implement(operation, async ({ params, caller: { actor }, now }) => {
      const { id: connectionId } = await knownConnection({ http, params });
      const { externalId: personId } = params;
      return { body: await decide({ db: http.db, connectionId, personId, actor, now }) };
    });

  return [
    decided(decisions.retrySeat, retrySeat),
    decided(decisions.recoverSeat, recoverSeat),
    decided(decisions.approveSeat, approveSeat),
    decided(decisions.adoptSeat, adoptSeat),
    decided(decisions.pauseSeat, pauseSeat),
    decided(decisions.resumeSeat, resumeSeat),
  ];
};
