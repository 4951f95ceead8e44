import {
  ACCESS_METHODS,
  ACTOR_KINDS,
  type AccessMethod,
  type AuditActor,
  type AuditEntry,
  type AuditPerson,
} from '../audit/entry.ts';
import { categoryOf } from '../audit/event-types.ts';
import { SimulatorUsageError } from '../settings.ts';
import type { Team } from '../team.ts';

interface PersonInput {
  teamMemberId?: string;
  email?: string;
  externalId?: string;
  /** Address of somebody outside the team. */
  guest?: string;
}

/** An event to be added to the log. Only `type` has to be said. */
export interface EventInput extends PersonInput {
  type: string;
  /** That of the type; `other` for a type that no specification knows. */
  category?: string;
  /** A timestamp, or milliseconds since the epoch; now. */
  at?: string | number;
  /** Not to be seen before, as when it came late; at once. */
  visibleAt?: string | number;
  /** Who acted: the named person as a user, unless something else is said. */
  actor?: (typeof ACTOR_KINDS)[number];
  /** `web` for users, `admin_console` for admins, `api` for apps, else none. */
  accessMethod?: AccessMethod;
  /** In whose name; the named person, unless it is said otherwise. */
  context?: PersonInput | 'team' | 'anonymous' | 'none';
  participants?: PersonInput[];
  /** Fields of `details` beside its tag. */
  details?: Record<string, unknown>;
  /** Laid over the finished event as it is. */
  raw?: Record<string, unknown>;
}

export type EventWithVisibility = AuditEntry & { visibleFromMs?: number };

/** Throws SimulatorUsageError, which names what does not fit. */
export function entryOfInput({
  input,
  team,
  nowMs,
}: {
  input: EventInput;
  team: Team;
  nowMs: number;
}): EventWithVisibility {
  if (typeof input !== 'object' || input === null || typeof input.type !== 'string') {
    throw new SimulatorUsageError(
      'An event is {"type": "file_edit", "email": "ada@corp.example", "at": "2026-11-01T09:00:00Z"}.',
    );
  }
  const kind = input.actor ?? 'user';
  if (!ACTOR_KINDS.includes(kind))
    throw new SimulatorUsageError(`An actor is one of ${ACTOR_KINDS.join(', ')}.`);
  const access = input.accessMethod ?? defaultAccess(kind);
  if (!ACCESS_METHODS.includes(access)) {
    throw new SimulatorUsageError(`An accessMethod is one of ${ACCESS_METHODS.join(', ')}.`);
  }
  const person = personOf({ input, team });
  return {
    type: input.type,
    category: input.category ?? categoryOf(input.type),
    atMs: input.at === undefined ? nowMs : millisecondsOf({ value: input.at, name: 'at' }),
    actor: actorOf({ kind, person }),
    access,
    context: contextOf({ context: input.context, person, team }),
    participants: (input.participants ?? []).flatMap((participant) => {
      const found = personOf({ input: participant, team });
      return found === null ? [] : [found];
    }),
    details: input.details ?? {},
    ...(input.raw === undefined ? {} : { raw: input.raw }),
    ...(input.visibleAt === undefined
      ? {}
      : { visibleFromMs: millisecondsOf({ value: input.visibleAt, name: 'visibleAt' }) }),
  };
}

/** A timestamp or milliseconds, as milliseconds. */
export function millisecondsOf({ value, name }: { value: unknown; name: string }): number {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) {
    throw new SimulatorUsageError(`${name} is a timestamp such as 2026-11-01T09:00:00Z, or milliseconds.`);
  }
  return ms;
}

function actorOf({ kind, person }: { kind: AuditActor['kind']; person: AuditPerson | null }): AuditActor {
  switch (kind) {
    case 'user':
    case 'admin':
      if (person === null) throw new SimulatorUsageError('Say who acted: email, teamMemberId or guest.');
      return { kind, person };
    case 'app':
      return { kind, app: 'other' };
    default:
      return { kind };
  }
}

const defaultAccess = (kind: AuditActor['kind']): AccessMethod => {
  if (kind === 'user') return 'web';
  if (kind === 'admin') return 'admin_console';
  return kind === 'app' ? 'api' : 'absent';
};

function contextOf({
  context,
  person,
  team,
}: {
  context: EventInput['context'];
  person: AuditPerson | null;
  team: Team;
}): AuditEntry['context'] {
  if (context === undefined) return person;
  if (context === 'none') return null;
  return typeof context === 'string' ? context : personOf({ input: context, team });
}

/** Null where nobody is named. */
function personOf({ input, team }: { input: PersonInput; team: Team }): AuditPerson | null {
  const { teamMemberId, email, externalId, guest } = input;
  if (guest !== undefined) return { guest };
  if (teamMemberId === undefined && email === undefined && externalId === undefined) return null;
  const member =
    teamMemberId !== undefined
      ? team.roster.find({ '.tag': 'team_member_id', team_member_id: teamMemberId })
      : externalId !== undefined
        ? team.roster.findByExternalId(externalId)
        : team.roster.findByEmail(email ?? '');
  if (member === undefined) {
    throw new SimulatorUsageError(`There is no member ${teamMemberId ?? externalId ?? email}.`);
  }
  return { member: member.index };
}
