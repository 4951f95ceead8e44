import type { team_log } from 'dropbox';
import { dropboxTimestamp } from '../clock.ts';
import { deviceSessionId } from '../devices/session-ids.ts';
import type { Member } from '../members/member.ts';
import { hash32 } from '../random.ts';
import type { Team } from '../team.ts';
import type { AuditEntry, AuditPerson } from './entry.ts';

/** An event on the wire. The SDK's unions are closed over the types it knows, and the log has newer ones. */
export interface TeamEvent extends Omit<team_log.TeamEvent, 'event_category' | 'event_type' | 'details'> {
  readonly event_category: { '.tag': string };
  readonly event_type: { '.tag': string; description: string };
  readonly details: { '.tag': string } & Record<string, unknown>;
}

const OUR_APP = { app_id: 'dbaid:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', display_name: 'Seatkeeper' };
const OTHER_APP = { app_id: 'dbaid:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB', display_name: 'Meeting Notes' };

const REMEMBERED_PEOPLE = 5_000;

type UserLog = team_log.TeamMemberLogInfo | team_log.NonTeamMemberLogInfo;

/** Puts a person in the words of the log. */
type PersonWriter = (person: AuditPerson) => UserLog;

/** Writes events of one team, as its members are now; for one page or one look, since it remembers whom it has met. */
export function eventWriter(team: Team): (entry: AuditEntry) => TeamEvent {
  const met = new Map<number, UserLog>();
  const write: PersonWriter = (person) => {
    if ('guest' in person) return { display_name: person.guest.split('@')[0] ?? '', email: person.guest };
    const known = met.get(person.member);
    if (known !== undefined) return known;
    if (met.size >= REMEMBERED_PEOPLE) met.clear();
    const log = memberLog(team.roster.at(person.member));
    met.set(person.member, log);
    return log;
  };
  return (entry) => teamEvent({ entry, team: team.index, write });
}

/** Optional parts without a value are absent, never null. */
function teamEvent({
  entry,
  team,
  write,
}: {
  entry: AuditEntry;
  team: number;
  write: PersonWriter;
}): TeamEvent {
  const { type, atMs, participants, raw } = entry;
  const actor = actorOf({ entry, write });
  const origin = originOf({ entry, team });
  const context = contextOf({ entry, write });
  const assets = assetsOf(entry);
  return {
    timestamp: dropboxTimestamp(atMs),
    event_category: { '.tag': entry.category },
    ...(actor === null ? {} : { actor }),
    ...(origin === null ? {} : { origin }),
    involve_non_team_member: involvesStranger(entry),
    ...(context === null ? {} : { context }),
    participants: participants.map((person) => ({
      '.tag': 'user' as const,
      user: { '.tag': tagOf(person), ...write(person) } as team_log.ActorLogInfoUser['user'],
    })),
    assets,
    event_type: { '.tag': type, description: described(type) },
    details: { '.tag': `${type}_details`, ...entry.details },
    ...raw,
  };
}

/** Whoever acted stands nested, with a tag of its own; apps likewise. */
function actorOf({ entry, write }: { entry: AuditEntry; write: PersonWriter }): team_log.ActorLogInfo | null {
  const { actor } = entry;
  switch (actor.kind) {
    case 'user':
    case 'admin': {
      const { person } = actor;
      const user = {
        '.tag': tagOf(person),
        ...write(person),
      } as team_log.ActorLogInfoUser['user'];
      return actor.kind === 'user' ? { '.tag': 'user', user } : { '.tag': 'admin', admin: user };
    }
    case 'app':
      return {
        '.tag': 'app',
        app:
          actor.app === 'ours'
            ? { '.tag': 'team_linked_app', ...OUR_APP }
            : { '.tag': 'user_linked_app', ...OTHER_APP },
      };
    case 'reseller':
      return { '.tag': 'reseller', reseller_name: 'Reseller', reseller_email: 'sales@reseller.example' };
    case 'dropbox':
    case 'anonymous':
      return { '.tag': actor.kind };
    case 'absent':
      return null;
  }
}

/** `end_user` is nested with the kind of session as its tag; consoles and the API are flattened. */
function originOf({ entry, team }: { entry: AuditEntry; team: number }): team_log.OriginLogInfo | null {
  const { access, actor, atMs } = entry;
  if (access === 'absent') return null;
  const member = 'person' in actor && 'member' in actor.person ? actor.person.member : 0;
  const lot = hash32(team, member, Math.floor(atMs / 86_400_000));
  const requestId = hash32(lot, member, 2).toString(16).padStart(8, '0');
  const session = (kind: 'web' | 'desktop' | 'mobile') => ({
    session_id: deviceSessionId({ team, member, kind, number: 0 }),
  });
  const method = ((): team_log.AccessMethodLogInfo => {
    switch (access) {
      case 'web':
      case 'desktop':
      case 'mobile':
        return { '.tag': 'end_user', end_user: { '.tag': access, ...session(access) } };
      case 'api':
        return { '.tag': 'api', request_id: requestId.repeat(4) };
      case 'admin_console':
      case 'content_manager':
      case 'enterprise_console':
      case 'sign_in_as':
        return { '.tag': access, ...session('web') };
    }
  })();
  // Documentation addresses (RFC 5737): nobody's.
  const geo_location = { country: 'DE', ip_address: `203.0.113.${lot % 254}` };
  return { ...(lot % 8 === 0 ? {} : { geo_location }), access_method: method };
}

function contextOf({
  entry,
  write,
}: {
  entry: AuditEntry;
  write: PersonWriter;
}): team_log.ContextLogInfo | null {
  const { context } = entry;
  if (context === null) return null;
  if (context === 'team' || context === 'anonymous') return { '.tag': context };
  return { '.tag': tagOf(context), ...write(context) };
}

const tagOf = (person: AuditPerson): 'team_member' | 'non_team_member' =>
  'member' in person ? 'team_member' : 'non_team_member';

const memberLog = ({
  accountId,
  teamMemberId,
  email,
  externalId,
  givenName,
  surname,
}: Member): team_log.TeamMemberLogInfo => ({
  account_id: accountId,
  display_name: `${givenName} ${surname}`.trim(),
  email,
  team_member_id: teamMemberId,
  ...(externalId === null ? {} : { member_external_id: externalId }),
});

function involvesStranger({ actor, context, participants }: AuditEntry): boolean {
  const isStranger = (person: unknown) => typeof person === 'object' && person !== null && 'guest' in person;
  const acted = actor.kind === 'anonymous' || ('person' in actor && isStranger(actor.person));
  return acted || isStranger(context) || participants.some(isStranger);
}

/** A file for what is about files; nothing here has contents. */
function assetsOf({ category, type, atMs }: AuditEntry): team_log.AssetLogInfo[] {
  if (category !== 'file_operations' && category !== 'comments' && category !== 'sharing') return [];
  const number = hash32(0, Math.floor(atMs / 1000), type.length);
  const display_name = `Report ${number % 1000}.docx`;
  const path = {
    contextual: `/${display_name}`,
    namespace_relative: { ns_id: String(number), relative_path: `/${display_name}` },
  };
  return [
    { '.tag': 'file', path, display_name, file_id: `id:${number.toString(36).padStart(8, '0')}` },
  ] as team_log.AssetLogInfo[];
}

const described = (type: string): string => {
  const words = type.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
