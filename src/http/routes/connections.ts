import { pauseConnection, resumeConnection } from '../../commands/connection-pause.ts';
import { disconnect, saveConnection } from '../../commands/connections.ts';
import { requestSync } from '../../commands/syncs.ts';
import { type Connection, findConnection, listConnections } from '../../read-model/connections.ts';
import { findSync, listSyncs } from '../../read-model/syncs.ts';
import * as contract from '../contract/connections.ts';
import type { Http } from '../deps.ts';
import { beginTrip } from '../oauth/trip.ts';
import { implement } from '../operations.ts';
import { knownConnection, present } from './known.ts';

const GONE = { what: 'such connection any more', nextStep: 'GET /v1/connections lists them all.' };

export const connectionRoutes = (http: Http) => {
  const { db, keyring, config } = http;
  const shown = async (id: string, now: Date): Promise<Connection> =>
    present({ found: await findConnection({ db, id, now }), ...GONE });

  return [
    implement(contract.createConnection, async ({ body, caller, now }) => {
      const { connectionId } = await saveConnection({
        db,
        keyring,
        ...body,
        actor: caller.actor,
        dormantAfter: config.dormantAfter,
        now,
      });
      const connection = await shown(connectionId, now);
      return { body: connection, headers: { Location: `/v1/connections/${connection.slug}` } };
    }),

    implement(contract.listConnections, async ({ query, now }) => ({
      body: await listConnections({ db, ...query, cursor: query.cursor, now }),
    })),

    implement(contract.getConnection, async ({ params, now }) => {
      const { id } = await knownConnection({ http, params });
      return { body: await shown(id, now) };
    }),

    implement(contract.disconnect, async ({ params, caller: { actor }, now }) => {
      const { id } = await knownConnection({ http, params });
      await disconnect({ db, connectionId: id, actor });
      return { body: await shown(id, now) };
    }),

    implement(contract.pauseConnection, async ({ params, caller: { actor }, now }) => {
      const { id } = await knownConnection({ http, params });
      await pauseConnection({ db, connectionId: id, actor });
      return { body: await shown(id, now) };
    }),

    implement(contract.resumeConnection, async ({ params, caller: { actor }, now }) => {
      const { id } = await knownConnection({ http, params });
      await resumeConnection({ db, connectionId: id, actor, now });
      return { body: await shown(id, now) };
    }),

    implement(contract.reauthorize, async ({ params, body, caller, now }) => {
      const { id } = await knownConnection({ http, params });
      const begun = await beginTrip({
        http,
        access: body.access,
        actor: caller.actor,
        connectionId: id,
        now,
      });
      return { body: begun, headers: { Location: `/v1/authorizations/${begun.id}` } };
    }),

    implement(contract.requestSync, async ({ params, now }) => {
      const { id } = await knownConnection({ http, params });
      const { syncId } = await requestSync({ db, connectionId: id, now });
      return { body: present({ found: await findSync({ db, id: syncId }), ...GONE }) };
    }),

    implement(contract.listSyncs, async ({ params, query }) => {
      const { id } = await knownConnection({ http, params });
      return { body: await listSyncs({ db, connectionId: id, ...query, cursor: query.cursor }) };
    }),
  ];
};
