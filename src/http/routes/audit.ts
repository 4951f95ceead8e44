import { findPerson } from '../../read-model/people.ts';
import { findRecordedConnection, listRecord, type RecordFilter } from '../../read-model/record.ts';
import { entryLines, personDocument, shownEntry } from '../audit-document.ts';
import * as contract from '../contract/audit.ts';
import type { Http } from '../deps.ts';
import { implement } from '../operations.ts';
import { StreamedBody } from '../streamed-body.ts';
import { present } from './known.ts';
import { NO_PERSON } from './people.ts';

type Query = Omit<RecordFilter, 'connectionId'> & { connection?: string | undefined };

/** Letters that every file system takes. */
const fileName = (person: string): string => `seatkeeper-${person.replace(/[^\w.-]/g, '_')}.json`;

export const auditRoutes = (http: Http) => {
  const { db } = http;

  const filterOf = async ({ connection, person, kind, from, to }: Query): Promise<RecordFilter> => {
    if (connection === undefined) return { person, kind, from, to };
    const connectionId = present({
      found: await findRecordedConnection({ db, name: connection }),
      what: 'such connection in the record',
      nextStep: 'GET /v1/connections lists those that have not ended.',
    });
    return { person, kind, from, to, connectionId };
  };

  return [
    implement(contract.listAudit, async ({ query: { cursor, limit, ...query } }) => {
      const filter = await filterOf(query);
      const { items, nextCursor } = await listRecord({ db, filter, order: 'placed', cursor, limit });
      return {
        body: {
          items: items.map((item) => ({ ...shownEntry({ http, item }), position: item.position ?? -1 })),
          nextCursor,
        },
      };
    }),

    implement(contract.exportAudit, async ({ query, now }) => {
      const filter = await filterOf(query);
      const { person, ...narrowedBy } = query;
      if (person === undefined) {
        return { body: new StreamedBody('application/x-ndjson', entryLines({ http, filter })) };
      }
      const links = http.config.temporal;
      present({ found: await findPerson({ db, links, now, externalId: person }), ...NO_PERSON });
      const document = await personDocument({ http, filter, person, narrowedBy, now });
      return {
        body: new StreamedBody('application/json', document),
        headers: { 'Content-Disposition': `attachment; filename="${fileName(person)}"` },
      };
    }),
  ];
};
