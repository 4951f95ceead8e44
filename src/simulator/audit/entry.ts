/** A member by the place in the team's order, or somebody outside the team by address. */
export type AuditPerson = { readonly member: number } | { readonly guest: string };

export const ACTOR_KINDS = ['user', 'admin', 'app', 'dropbox', 'anonymous', 'reseller', 'absent'] as const;

export type AuditActor =
  | { readonly kind: 'user' | 'admin'; readonly person: AuditPerson }
  /** `ours` is the connected app, `other` something a member linked. */
  | { readonly kind: 'app'; readonly app: 'ours' | 'other' }
  | { readonly kind: 'dropbox' | 'anonymous' | 'reseller' | 'absent' };

/** `web`, `desktop` and `mobile` are sessions of `end_user`; `absent` leaves the origin out. */
export const ACCESS_METHODS = [
  'web',
  'desktop',
  'mobile',
  'admin_console',
  'content_manager',
  'enterprise_console',
  'sign_in_as',
  'api',
  'absent',
] as const;
export type AccessMethod = (typeof ACCESS_METHODS)[number];

/** One event as the simulator keeps or computes it; team-event.ts puts it in the words of the API. */
export interface AuditEntry {
  readonly type: string;
  readonly category: string;
  readonly atMs: number;
  readonly actor: AuditActor;
  readonly access: AccessMethod;
  readonly context: AuditPerson | 'team' | 'anonymous' | null;
  readonly participants: readonly AuditPerson[];
  /** Fields beside the tag of `details`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Laid over the finished event, for shapes that nothing here makes. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** An event that was recorded, not computed. It can be seen from `arrivedMs` on, and not before its delay is over. */
export interface StoredEntry extends AuditEntry {
  readonly seq: number;
  readonly arrivedMs: number;
}

/** Whether a member has any part in an event: that is what the filter `account_id` asks. */
export function involves({ entry, member }: { entry: AuditEntry; member: number }): boolean {
  const { actor, context, participants } = entry;
  const people = [...participants];
  if ('person' in actor) people.push(actor.person);
  if (context !== null && typeof context === 'object') people.push(context);
  return people.some((person) => 'member' in person && person.member === member);
}
