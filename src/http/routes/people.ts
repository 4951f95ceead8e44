import { putGroup, putPerson } from '../../commands/directory.ts';
import { findGroup, listGroups } from '../../read-model/groups.ts';
import { findPerson, listPeople, type Person } from '../../read-model/people.ts';
import { readTimeline, type TimelineItem } from '../../read-model/timeline.ts';
import * as groups from '../contract/groups.ts';
import * as people from '../contract/people.ts';
import type { Http } from '../deps.ts';
import { openedValues } from '../opened-values.ts';
import { implement } from '../operations.ts';
import { present } from './known.ts';

export const NO_PERSON = {
  what: 'such person in the directory',
  nextStep: 'Look at GET /v1/people; ids are the external ids of HR, upper and lower case as HR sends them.',
};

export const peopleRoutes = (http: Http) => {
  const { db, keyring } = http;
  const links = http.config.temporal;
  const shown = async (externalId: string, now: Date): Promise<Person> =>
    present({ found: await findPerson({ db, links, now, externalId }), ...NO_PERSON });

  return [
    implement(people.listPeople, async ({ query: { q, cursor, limit }, now }) => ({
      body: await listPeople({ db, links, now, q, cursor, limit }),
    })),

    implement(people.getPerson, async ({ params, now }) => ({ body: await shown(params.externalId, now) })),

    implement(people.putPerson, async ({ params: { externalId }, body, caller, now }) => {
      await putPerson({ db, keyring, externalId, person: body, actor: caller.actor, now });
      return { body: await shown(externalId, now) };
    }),

    implement(people.getTimeline, async ({ params: { externalId }, query: { cursor, limit }, now }) => {
      await shown(externalId, now);
      const { items, nextCursor } = await readTimeline({ db, externalId, cursor, limit });
      const shownItem = ({ sealed, details, ...item }: TimelineItem) => ({
        ...item,
        details: { ...details, ...openedValues({ keyring, sealed }) },
      });
      return { body: { items: items.map(shownItem), nextCursor } };
    }),

    implement(groups.listGroups, async ({ query: { cursor, limit }, now }) => ({
      body: await listGroups({ db, now, cursor, limit }),
    })),

    implement(groups.putGroup, async ({ params: { name }, body, caller, now }) => {
      await putGroup({ db, keyring, name, members: body.members, actor: caller.actor, now });
      const found = await findGroup({ db, name, now });
      return { body: present({ found, what: 'such group', nextStep: 'GET /v1/groups lists them all.' }) };
    }),
  ];
};
