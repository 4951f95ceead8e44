import type { team as api } from 'dropbox';
import { hash32 } from '../random.ts';
import type { DeviceKind } from './session-ids.ts';
import type { MemberSessions, Session } from './sessions.ts';

/** A member's sessions in the words of the API; null for a member who has none of the kinds that were asked for. */
export function memberDevices({
  teamMemberId,
  member,
  sessions,
  kinds,
  stamp,
}: {
  teamMemberId: string;
  member: number;
  sessions: MemberSessions;
  kinds: Readonly<Record<DeviceKind, boolean>>;
  stamp: (ms: number) => string;
}): api.MemberDevices | null {
  const lot = hash32(7, member, 51);
  const common = ({ id, createdAtMs, updatedAtMs }: Session) => ({
    session_id: id,
    ip_address: `203.0.113.${lot % 254}`,
    country: 'Germany',
    ...(createdAtMs === null ? {} : { created: stamp(createdAtMs) }),
    ...(updatedAtMs === null ? {} : { updated: stamp(updatedAtMs) }),
  });
  const web = kinds.web ? sessions.web : [];
  const desktop = kinds.desktop ? sessions.desktop : [];
  const mobile = kinds.mobile ? sessions.mobile : [];
  if (web.length + desktop.length + mobile.length === 0) return null;
  return {
    team_member_id: teamMemberId,
    ...(kinds.web ? { web_sessions: web.map((session) => ({ ...common(session), ...BROWSER })) } : {}),
    ...(kinds.desktop
      ? {
          desktop_clients: desktop.map((session) => ({
            ...common(session),
            ...DESKTOP,
            host_name: `PC-${String(member).padStart(5, '0')}`,
            client_type: { '.tag': lot % 2 === 0 ? ('windows' as const) : ('mac' as const) },
          })),
        }
      : {}),
    ...(kinds.mobile ? { mobile_clients: mobile.map((session) => ({ ...common(session), ...PHONE })) } : {}),
  };
}

const BROWSER = { user_agent: 'Mozilla/5.0', os: 'Windows', browser: 'Firefox' };
const DESKTOP = { client_version: '236.4.5918', platform: 'Windows 11', is_delete_on_unlink_supported: true };
const PHONE = {
  device_name: 'iPhone',
  client_type: { '.tag': 'iphone' as const },
  client_version: '412.2',
  os_version: '19.1',
};
