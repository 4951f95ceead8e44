import { EVENT_SENDERS, NOTHING, operation } from './operation.ts';
import { flag } from './page.ts';
import { email, externalId, groupName, instant, instantOrDay, personName, text, timeZone } from './values.ts';
import { z } from './zod.ts';

const TYPES = ['joiner', 'mover', 'leaver', 'suspension', 'reinstatement', 'cancellation'] as const;
export const MOST_EVENTS = 1_000;

const eventPerson = z.strictObject({
  externalId,
  email: email.optional(),
  givenName: personName.optional(),
  surname: personName.optional(),
  managerExternalId: externalId.optional(),
  timeZone: timeZone.optional(),
  groups: z.array(groupName).max(1_000).optional().openapi({
    description: 'All groups that events give this person from then on.',
  }),
});

export const eventId = text({ max: 255 });

/** Ids are unique per source; all of /v1/events is one. */
export const event = z
  .strictObject({
    id: eventId.openapi({ example: 'evt-4711' }),
    type: z.enum(TYPES),
    occurredAt: instant.optional().openapi({ description: 'Absent: the time of receipt.' }),
    effectiveAt: instantOrDay.optional().openapi({ description: 'Absent: `occurredAt`.' }),
    returnAt: instantOrDay.optional().openapi({ description: 'Only of a suspension.' }),
    cancels: eventId.optional().openapi({ description: 'Id of the event that a cancellation takes back.' }),
    person: eventPerson.optional(),
  })
  .superRefine((value, context) => {
    const issue = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (value.type === 'cancellation') {
      if (value.cancels === undefined) issue('cancels', 'is required in a cancellation');
      if (value.cancels === value.id) issue('cancels', 'must name another event');
      return;
    }
    if (value.person === undefined) issue('person', `is required in a ${value.type}`);
    if (value.cancels !== undefined) issue('cancels', 'belongs to a cancellation only');
    if (value.returnAt !== undefined && value.type !== 'suspension') {
      issue('returnAt', 'belongs to a suspension only');
    }
  })
  .openapi('Event');

const sentEvents = z.union([event, z.array(event).min(1).max(MOST_EVENTS)]).openapi({
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
