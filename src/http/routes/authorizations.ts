import { findAuthorization } from '../../read-model/authorizations.ts';
import * as contract from '../contract/authorizations.ts';
import type { Http } from '../deps.ts';
import { beginTrip } from '../oauth/trip.ts';
import { implement } from '../operations.ts';
import { notFound } from '../problems.ts';

export const authorizationRoutes = (http: Http) => [
  implement(contract.beginAuthorization, async ({ body, caller, now }) => {
    const begun = await beginTrip({ http, access: body.access, actor: caller.actor, now });
    return { body: begun, headers: { Location: `/v1/authorizations/${begun.id}` } };
  }),

  implement(contract.getAuthorization, async ({ params, caller, now }) => {
    const found = await findAuthorization({ db: http.db, id: params.id, now });
    // Somebody else's looks as if it did not exist.
    if (found?.begunBy !== caller.actor) {
      throw notFound(
        'such authorisation that was begun with this key',
        'Use the id that POST /v1/authorizations returned, with the same API key.',
      );
    }
    return { body: found.authorization };
  }),
];
