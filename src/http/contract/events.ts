import { EVENT_SENDERS, NOTHING, operation } from './operation.ts';
import { flag } from './page.ts';
import { email, externalId, groupName, instant, instantOrDay, personName, text, timeZone } from './values.ts';
import { z } from './zod.ts';

export const MOST_EVENTS = 1_000;

const eventPerson = z
  .strictObject({
    externalId,
    email: email.optional(),
    givenName: personName.optional(),
    surname: personName.optional(),
    managerExternalId: externalId.optional(),
    timeZone: timeZone.optional(),
    groups: z.array(groupName).max(1_000).optional().openapi({
      description: 'All groups that events give this person from then on.',
    }),
  })
  .openapi('EventPerson');

export const eventId = text({ max: 255 });

const EVERY_EVENT = {
  id: eventId.openapi({ example: 'evt-4711' }),
  occurredAt: instant.optional().openapi({
    description: 'Absent: the time of receipt. At most five minutes ahead of our clock.',
    example: '2024-02-29T08:00:00+01:00',
  }),
  effectiveAt: instantOrDay.optional().openapi({ description: 'Absent: `occurredAt`.' }),
};

/** Ids are unique per source; all of /v1/events is one. */
export const event = z.discriminatedUnion(
  'type',
  [
    z
      .strictObject({
        type: z.enum(['joiner', 'mover', 'leaver', 'reinstatement']),
        ...EVERY_EVENT,
        person: eventPerson,
      })
      .openapi('PersonEvent'),
    z
      .strictObject({
        type: z.literal('suspension'),
        ...EVERY_EVENT,
        returnAt: instantOrDay.optional().openapi({ description: 'Absent: until a reinstatement.' }),
        person: eventPerson,
      })
      .openapi('Suspension'),
    z
      .strictObject({
        type: z.literal('cancellation'),
        ...EVERY_EVENT,
        cancels: eventId.openapi({ description: 'Id of the event that it takes back.' }),
        person: eventPerson.optional(),
      })
      .refine(({ id, cancels }) => id !== cancels, {
        path: ['cancels'],
        error: 'must name another event',
      })
      .openapi('Cancellation'),
  ],
  {
    error:
      'must be joiner, mover, leaver, suspension, reinstatement or cancellation, and decides which fields there are',
  },
);

/** For the document only: the route judges item by item, and takes whatever is in the array. */
const anything = z.unknown().openapi({ description: 'What is no event is refused by itself.' });

const sentEvents = z
  .union([
    event,
    z
      .array(z.union([event, anything]))
      .min(1)
      .max(MOST_EVENTS),
  ])
  .openapi({
    description:
      'One event, or an array of up to 1,000. In an array the bad ones are refused, the rest accepted.',
  });

const eventsAnswer = z
  .object({
    accepted: z.array(z.object({ id: z.string(), personId: z.string().nullable(), duplicate: z.boolean() })),
    refused: z.array(
      z.object({ index: z.number().int(), id: z.string(), code: z.string(), detail: z.string() }),
    ),
  })
  .openapi('EventsAnswer');

export const sendEvents = operation({
  id: 'sendEvents',
  method: 'post',
  path: '/v1/events',
  tag: 'Events',
  summary: 'Send what HR says: joiners, movers, leavers, suspensions',
  description:
    'All that is accepted is stored when the answer comes. Order and repetition make no difference.',
  roles: EVENT_SENDERS,
  params: NOTHING,
  query: z.strictObject({
    dryRun: flag.optional().openapi({ description: 'Only say what would be accepted.' }),
  }),
  body: sentEvents,
  // One bad event must not refuse the others.
  bodyJudgedByRoute: true,
  status: 202,
  answer: eventsAnswer,
  refusals: [409, 422],
});
