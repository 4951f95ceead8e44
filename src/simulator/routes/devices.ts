import type { team } from 'dropbox';
import { type Route, refusal, teamRoute } from '../rpc/route.ts';
import { bool, optional, struct, text, withDefault } from '../rpc/shapes.ts';
import { pageFaultOf } from './page-fault.ts';

const listMembersDevices = teamRoute<team.ListMembersDevicesArg, team.ListMembersDevicesResult>({
  name: 'team/devices/list_members_devices',
  scope: 'sessions.list',
  argument: struct({
    cursor: optional(text()),
    include_web_sessions: withDefault(bool, true),
    include_desktop_clients: withDefault(bool, true),
    include_mobile_clients: withDefault(bool, true),
  }),
  // First and later pages are the same route; the flags count for the page they were sent with.
  handle(call, { cursor, include_web_sessions: web, include_desktop_clients: desktop, ...rest }) {
    const page =
      call.fault?.kind === 'invalid_cursor'
        ? null
        : call.world.devices.page({
            team: call.team,
            cursor: cursor ?? null,
            kinds: {
              web: web ?? true,
              desktop: desktop ?? true,
              mobile: rest.include_mobile_clients ?? true,
            },
            fault: pageFaultOf(call),
          });
    if (page === null) throw refusal<team.ListMembersDevicesError>({ '.tag': 'reset' });
    const { devices, hasMore } = page;
    return { devices, has_more: hasMore, ...(page.cursor === null ? {} : { cursor: page.cursor }) };
  },
});

export const DEVICE_ROUTES: readonly Route[] = [listMembersDevices];
