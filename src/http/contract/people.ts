import { recordKind } from './audit.ts';
import { NOTHING, OPERATORS, operation, READERS } from './operation.ts';
import { pageOf, pageQuery } from './page.ts';
import { seat } from './seats.ts';
import { email, externalId, groupName, personName, time, timeZone, words } from './values.ts';
import { z } from './zod.ts';

const state = z.enum(['active', 'suspended', 'left']);

const person = z
  .object({
    externalId: z.string(),
    email: z.string().nullable(),
    givenName: z.string().nullable(),
    surname: z.string().nullable(),
    state: state.nullable().openapi({ description: 'Null: nobody has said that the person joined.' }),
    groups: z.array(z.string()),
    manager: z.string().optional().openapi({ description: 'External id.' }),
    timeZone: z.string().optional(),
    seats: z.array(seat),
  })
  .openapi('Person');

const personBody = z
  .strictObject({
    email: email.optional(),
    givenName: personName.optional(),
    surname: personName.optional(),
    managerExternalId: externalId.optional(),
    timeZone: timeZone.optional(),
    state: state.optional(),
    groups: z.array(groupName).max(1_000).optional(),
  })
  .openapi('PersonBody');

const timelineItem = z
  .object({
    at: time,
    kind: recordKind,
    summary: z.string(),
    actor: z.string(),
    cause: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('TimelineItem');

const personParams = z.object({ externalId });
const tag = 'People';

export const listPeople = operation({
  id: 'listPeople',
  method: 'get',
  path: '/v1/people',
  tag,
  summary: 'The directory',
  roles: READERS,
  params: NOTHING,
  query: z.strictObject({
    q: words({ max: 255 })
      .optional()
      .openapi({ description: 'Part of an external id, a name or an address.' }),
    ...pageQuery,
  }),
  body: NOTHING,
  status: 200,
  answer: pageOf(person),
});

export const getPerson = operation({
  id: 'getPerson',
  method: 'get',
  path: '/v1/people/{externalId}',
  tag,
  summary: 'One person, with every seat',
  roles: READERS,
  params: personParams,
  query: NOTHING,
  body: NOTHING,
  status: 200,
  answer: person,
  refusals: [404],
});

export const putPerson = operation({
  id: 'putPerson',
  method: 'put',
  path: '/v1/people/{externalId}',
  tag,
  summary: 'Set fields of a person without an HR event',
  description:
    'A fact that takes effect now and holds only the fields it names; the others stay as they are.',
  roles: OPERATORS,
  params: personParams,
  query: NOTHING,
  body: personBody,
  status: 200,
  answer: person,
  refusals: [422],
  namedByPath: true,
});

export const getTimeline = operation({
  id: 'getTimeline',
  method: 'get',
  path: '/v1/people/{externalId}/timeline',
  tag,
  summary: 'Everything that happened to a person, oldest first',
  roles: READERS,
  params: personParams,
  query: z.strictObject(pageQuery),
  body: NOTHING,
  status: 200,
  answer: pageOf(timelineItem),
  refusals: [404],
});
