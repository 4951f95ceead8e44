import { z } from 'zod';
import { defined } from './defined.ts';

/** `unknown` is what a status becomes that this code does not know; nothing may be concluded from it. */
export type MemberStatus = 'active' | 'invited' | 'suspended' | 'removed' | 'unknown';

/** A member's profile, as Dropbox reports it. Absent and empty are both an absent key. */
export type MemberProfile = {
  /** `dbmid:…`, the identity to key on: a removed member's address may be rewritten. */
  teamMemberId: string;
  accountId?: string;
  externalId?: string;
  email: string;
  emailVerified: boolean;
  secondaryEmails: readonly string[];
  /** Names are empty until an invitation is accepted. */
  givenName: string;
  surname: string;
  displayName: string;
  status: MemberStatus;
  /** Only of removed members: `members/recover` can still bring them back. */
  recoverable?: boolean;
  /** Only of removed members: they kept the account as a personal one. */
  disconnected?: boolean;
  joinedAt?: Date;
  invitedAt?: Date;
  suspendedAt?: Date;
  /** `full`, `limited`, or whatever else Dropbox says. */
  membershipType: string;
  persistentId?: string;
};

export type Member = MemberProfile & {
  /** Empty for an ordinary member. Names of roles are not stable: the full admin's is `Team`. */
  roles: readonly { id: string; name: string }[];
};

const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

const time = text.transform((value) => {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at);
});

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

const name = z.object({ given_name: text, surname: text, display_name: text }).nullish();

const status = z.object({ '.tag': z.string(), is_recoverable: flag, is_disconnected: flag });

const KNOWN_STATUSES: readonly string[] = [
  'active',
  'invited',
  'suspended',
  'removed',
] satisfies MemberStatus[];

const asStatus = (tag: string): MemberStatus =>
  KNOWN_STATUSES.includes(tag) ? (tag as MemberStatus) : 'unknown';

/** `team.TeamMemberProfile`. Strict about identity, address and status, lenient about what is only shown. */
export const memberProfile = z
  .object({
    team_member_id: z.string().min(1),
    account_id: text,
    external_id: text,
    email: z.string(),
    email_verified: flag,
    secondary_emails: z.array(z.object({ email: z.string() })).nullish(),
    status,
    name,
    membership_type: z.object({ '.tag': z.string() }).nullish(),
    joined_on: time,
    invited_on: time,
    suspended_on: time,
    persistent_id: text,
  })
  .transform((profile): MemberProfile => {
    const removed = profile.status['.tag'] === 'removed';
    return {
      teamMemberId: profile.team_member_id,
      email: profile.email,
      emailVerified: profile.email_verified ?? false,
      secondaryEmails: (profile.secondary_emails ?? []).map(({ email }) => email),
      givenName: profile.name?.given_name ?? '',
      surname: profile.name?.surname ?? '',
      displayName: profile.name?.display_name ?? '',
      status: asStatus(profile.status['.tag']),
      membershipType: profile.membership_type?.['.tag'] ?? 'unknown',
      ...defined({
        accountId: profile.account_id,
        externalId: profile.external_id,
        recoverable: removed ? profile.status.is_recoverable : undefined,
        disconnected: removed ? profile.status.is_disconnected : undefined,
        joinedAt: profile.joined_on,
        invitedAt: profile.invited_on,
        suspendedAt: profile.suspended_on,
        persistentId: profile.persistent_id,
      }),
    };
  });

const roles = z.array(z.object({ role_id: z.string(), name: z.string() })).nullish();

/** `team.TeamMemberInfoV2`; other keys beside `profile` and `roles` (a union's `.tag`) are ignored. */
export const memberInfo = z.object({ profile: memberProfile, roles }).transform(
  (info): Member => ({
    ...info.profile,
    roles: (info.roles ?? []).map(({ role_id: id, name }) => ({ id, name })),
  }),
);
