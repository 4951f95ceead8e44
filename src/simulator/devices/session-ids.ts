import { hash32 } from '../random.ts';

export type DeviceKind = 'web' | 'desktop' | 'mobile';

const PREFIX = { web: 'dbwsid', desktop: 'dbdsid', mobile: 'dbmsid' } as const;

/** The same id in the list of devices and as the origin of events. */
export function deviceSessionId({
  team,
  member,
  kind,
  number,
}: {
  team: number;
  member: number;
  kind: DeviceKind;
  number: number;
}): string {
  const salt = PREFIX[kind].charCodeAt(2) * 10 + number;
  const digits = [0, 1, 2].map((part) =>
    hash32(team * 16 + part, member, salt)
      .toString()
      .padStart(10, '0'),
  );
  return `${PREFIX[kind]}:${digits.join('')}`;
}
