import { z } from 'zod';
import type { AuditEvent } from '../domain/activity.ts';
import type { Call, Timed } from './call.ts';
import { asTag } from './error-tags.ts';
import { lenient, lenientTime } from './lenient.ts';
import type { CallOptions } from './transport.ts';

export type AuditPage = Timed & { events: AuditEvent[]; cursor: string; hasMore: boolean };

/** The first page of what happened from a time on (inclusive), or with `cursor` the next one. */
export type ReadAuditEvents = CallOptions &
  ({ startTime: Date; limit?: number | undefined; cursor?: undefined } | { cursor: string });

const tagged = lenient(z.object({ '.tag': z.string() }));
/** A person in the log: guests and people of other teams have tags of their own, and no id that means anything here. */
const person = lenient(z.object({ '.tag': z.string(), team_member_id: z.string().min(1) }));

const idOf = (who: z.infer<typeof person>): string | null =>
  who?.['.tag'] === 'team_member' ? who.team_member_id : null;

/** `team_log.TeamEvent`. Much of it may be missing ("historical data gap"), so nothing of it is required. */
const auditEvent = z
  .object({
    timestamp: lenientTime,
    event_type: tagged,
    actor: lenient(z.object({ '.tag': z.string(), user: person, admin: person })),
    origin: lenient(z.object({ access_method: tagged })),
    context: person,
  })
  .catch({
    timestamp: undefined,
    event_type: undefined,
    actor: undefined,
    origin: undefined,
    context: undefined,
  })
  .transform(
    ({ timestamp, event_type, actor, origin, context }): AuditEvent => ({
      // Types go into tables and reports: nothing but an identifier passes.
      type: asTag(event_type?.['.tag']) ?? 'unreadable',
      at: timestamp ?? null,
      actor:
        actor === undefined ? null : { kind: actor['.tag'], teamMemberId: idOf(actor.user ?? actor.admin) },
      accessMethod: origin?.access_method?.['.tag'] ?? null,
      contextMemberId: idOf(context),
    }),
  );

const page = z.object({ events: z.array(auditEvent), cursor: z.string().min(1), has_more: z.boolean() });

// RFC 3339 in UTC and whole seconds, as Dropbox has it.
const timestamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** A read; throws DropboxFailure. */
export const auditLog = (call: Call) => ({
  /**
   * A page may be empty although `hasMore` is true. Events come in no order, up to a day late, and have no id.
   * `dropbox_refused` with tag `bad_cursor` or `reset`: begin again from a time; `resetAt` is that of the latest event
   * returned, approximately.
   */
  async auditEvents(input: ReadAuditEvents): Promise<AuditPage> {
    const { value, ...timed } = await call({
      invoke: (sdk) =>
        input.cursor === undefined
          ? sdk.teamLogGetEvents({
              limit: input.limit ?? 1000,
              time: { start_time: timestamp(input.startTime) as never },
            })
          : sdk.teamLogGetEventsContinue({ cursor: input.cursor }),
      schema: page,
      write: false,
      options: input,
    });
    return { events: value.events, cursor: value.cursor, hasMore: value.has_more, ...timed };
  },
});
