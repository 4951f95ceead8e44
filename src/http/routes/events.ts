/** Events are judged one by one, so that one bad event in an array does not refuse the others. */
import { acceptEvents, type IncomingEvent } from '../../commands/events.ts';
import { event, eventId, MOST_EVENTS, sendEvents } from '../contract/events.ts';
import { z } from '../contract/zod.ts';
import type { Http } from '../deps.ts';
import { fieldErrors } from '../input.ts';
import { implement } from '../operations.ts';
import { invalid, refusedEvent } from '../problems.ts';

type Refused = Awaited<ReturnType<typeof acceptEvents>>['refused'][number];

function judge(items: readonly unknown[]): { events: IncomingEvent[]; places: number[]; refused: Refused[] } {
  const judged = { events: [] as IncomingEvent[], places: [] as number[], refused: [] as Refused[] };
  items.forEach((item, index) => {
    const parsed = event.safeParse(item, { reportInput: true });
    if (parsed.success) {
      judged.events.push(parsed.data);
      judged.places.push(index);
      return;
    }
    const detail = fieldErrors(parsed.error)
      .map(({ field, detail: what }) => `${field || 'The event'} ${what}`)
      .join('; ');
    judged.refused.push({ index, id: readableId(item), code: 'invalid', detail });
  });
  return judged;
}

/** The id of an event that is otherwise wrong, so that its sender finds it again. */
function readableId(item: unknown): string {
  const parsed = z.object({ id: eventId }).safeParse(item);
  return parsed.success ? parsed.data.id : '';
}

/** @throws Problem 422 with the event's errors */
function single(item: unknown): IncomingEvent {
  const parsed = event.safeParse(item, { reportInput: true });
  if (!parsed.success) throw invalid(fieldErrors(parsed.error));
  return parsed.data;
}

export const eventRoutes = (http: Http) => [
  implement(sendEvents, async ({ body: unread, query, caller, now }) => {
    const body: unknown = unread;
    const common = {
      db: http.db,
      keyring: http.keyring,
      actor: caller.actor,
      now,
      dryRun: query.dryRun === true,
    };
    if (!Array.isArray(body)) {
      const answer = await acceptEvents({ ...common, events: [single(body)] });
      const [refused] = answer.refused;
      if (refused !== undefined) throw refusedEvent(refused);
      return { body: answer };
    }
    if (body.length === 0 || body.length > MOST_EVENTS) {
      throw invalid([{ field: '', detail: `must hold 1 to ${MOST_EVENTS} events` }]);
    }
    const { events, places, refused } = judge(body);
    const answer = await acceptEvents({ ...common, events, unreadable: refused });
    // The command knows only the readable ones; to the caller, places are those of the whole array.
    const later = answer.refused.map((entry) => ({ ...entry, index: places[entry.index] ?? entry.index }));
    return {
      body: {
        accepted: answer.accepted,
        refused: [...refused, ...later].sort((a, b) => a.index - b.index),
      },
    };
  }),
];
