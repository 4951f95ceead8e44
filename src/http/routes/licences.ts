import { findLicences } from '../../read-model/licences.ts';
import { getLicences } from '../contract/licences.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';
import { knownConnection } from './known.ts';

export const licenceRoutes = (http: Http) => [
  implement(getLicences, async ({ params, query, now }) => {
    const { id } = await knownConnection({ http, params });
    return { body: await findLicences({ db: http.db, connectionId: id, ...query, now }) };
  }),
];
