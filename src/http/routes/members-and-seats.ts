import { listEmailHolds } from '../../read-model/email-holds.ts';
import { listMembers } from '../../read-model/members.ts';
import { listSeats } from '../../read-model/seats.ts';
import * as holds from '../contract/email-holds.ts';
import * as members from '../contract/members.ts';
import * as seats from '../contract/seats.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';
import { knownConnection } from './known.ts';

export const memberAndSeatRoutes = (http: Http) => {
  const { db } = http;
  return [
    implement(members.listMembers, async ({ params, query }) => {
      const { id } = await knownConnection({ http, params });
      const { cursor, limit, ...filter } = query;
      return { body: await listMembers({ db, connectionId: id, filter, cursor, limit }) };
    }),

    implement(seats.listSeats, async ({ params, query, now }) => {
      const { id } = await knownConnection({ http, params });
      const { cursor, limit, ...filter } = query;
      const links = http.config.temporal;
      return { body: await listSeats({ db, connectionId: id, filter, links, now, cursor, limit }) };
    }),

    implement(holds.listEmailHolds, async ({ query: { cursor, limit } }) => ({
      body: await listEmailHolds({ db, cursor, limit }),
    })),
  ];
};
