import { z } from 'zod';
import type { Call, Timed } from './call.ts';
import { lenient, lenientTime } from './lenient.ts';
import type { CallOptions } from './transport.ts';

export type DeviceSession = { teamMemberId: string; kind: 'web' | 'desktop' | 'mobile'; updatedAt: Date };

export type DevicePage = Timed & {
  sessions: DeviceSession[];
  /** Null when nothing follows. */
  next: string | null;
};

const sessions = lenient(z.array(lenient(z.object({ updated: lenientTime }))));

const page = z
  .object({
    devices: z.array(
      lenient(
        z.object({
          team_member_id: z.string().min(1),
          web_sessions: sessions,
          desktop_clients: sessions,
          mobile_clients: sessions,
        }),
      ),
    ),
    has_more: z.boolean(),
    cursor: z.string().min(1).nullish(),
  })
  // Without a cursor the same page would come for ever.
  .refine((found) => !found.has_more || typeof found.cursor === 'string', { path: ['cursor'] });

const KINDS = { web: 'web_sessions', desktop: 'desktop_clients', mobile: 'mobile_clients' } as const;

/** A read; throws DropboxFailure. */
export const deviceCalls = (call: Call) => ({
  /**
   * Sessions that say when they were last used. The same route serves the first page and the next ones.
   * `dropbox_refused` with tag `reset`: begin again without a cursor.
   */
  async memberDevices(input: CallOptions & { cursor?: string | undefined }): Promise<DevicePage> {
    const { value, ...timed } = await call({
      invoke: (sdk) =>
        sdk.teamDevicesListMembersDevices({
          ...(input.cursor === undefined ? {} : { cursor: input.cursor }),
          include_web_sessions: true,
          include_desktop_clients: true,
          include_mobile_clients: true,
        }),
      schema: page,
      write: false,
      options: input,
    });
    const found = value.devices.flatMap((member) =>
      member === undefined
        ? []
        : (['web', 'desktop', 'mobile'] as const).flatMap((kind) =>
            (member[KINDS[kind]] ?? []).flatMap((session) =>
              session?.updated === undefined
                ? []
                : [{ teamMemberId: member.team_member_id, kind, updatedAt: session.updated }],
            ),
          ),
    );
    return { sessions: found, next: value.has_more ? (value.cursor ?? null) : null, ...timed };
  },
});
