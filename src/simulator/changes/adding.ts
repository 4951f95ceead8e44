import type { team } from 'dropbox';
import type { Member } from '../members/member.ts';
import { memberInfo } from '../members/member-info.ts';
import { outcomeOf } from '../members/outcomes.ts';
import { ROLES } from '../members/roles.ts';
import { type Change, isOnAnotherTeam, noSeatLeft } from './change.ts';

/** Everything that can be wrong with one address; a person can also ask for each by typing it as the local part. */
const ADD_FAILURES = [
  'team_license_limit',
  'free_team_member_limit_reached',
  'user_already_on_team',
  'user_on_another_team',
  'user_already_paired',
  'user_migration_failed',
  'duplicate_external_member_id',
  'duplicate_member_persistent_id',
  'persistent_id_disabled',
  'user_creation_failed',
] as const satisfies readonly team.MemberAddResultBase['.tag'][];

type AddFailure = (typeof ADD_FAILURES)[number];

/** Adds one person, or says per person why not: `add_v2` has no errors of its own. */
export function addMember({
  change,
  entry,
}: {
  change: Change;
  entry: team.MemberAddV2Arg;
}): team.MemberAddV2Result {
  const failure = reasonAgainst({ change, entry });
  if (failure !== null) return failureItem({ failure, email: entry.member_email });
  const { world, team: home, atMs, by } = change;
  const member: Member = {
    ...home.roster.nextIdentity(),
    status: { kind: 'invited' },
    email: entry.member_email,
    emailVerified: false,
    givenName: entry.member_given_name ?? '',
    surname: entry.member_surname ?? '',
    externalId: entry.member_external_id ?? null,
    persistentId: entry.member_persistent_id ?? null,
    directoryRestricted: entry.is_directory_restricted ?? null,
    roleIds: entry.role_ids ?? [],
    invitedAtMs: atMs,
    joinedAtMs: null,
    suspendedAtMs: null,
  };
  world.putMember({ team: home, member });
  const sendWelcomeEmail = entry.send_welcome_email ?? true;
  world.addEffect({ team: home, member, kind: 'add', by, atMs, details: { sendWelcomeEmail } });
  const { settings, options } = world;
  const beholder = { team: home, settings, nowMs: atMs, recoverWindowMs: options.recoverWindowMs };
  return { '.tag': 'success', ...memberInfo({ member, beholder }) };
}

function reasonAgainst({ change, entry }: { change: Change; entry: team.MemberAddV2Arg }): AddFailure | null {
  const { world, team: home } = change;
  const { member_email: email, member_external_id: externalId } = entry;
  const asked = askedFor({ change, email });
  if (asked !== null) return asked;
  if (isOnAnotherTeam(change, email)) return 'user_on_another_team';
  const outcome = outcomeOf({
    operation: 'add',
    situation: world.situation(home.roster.findByEmail(email)),
    overrides: world.settings.outcomes,
  });
  if (outcome !== 'ok') return isAddFailure(outcome) ? outcome : 'user_creation_failed';
  if (externalId !== undefined && externalId !== '') {
    const holder = world.situation(home.roster.findByExternalId(externalId));
    // Members who can still be recovered hold their external id; those removed for good do not.
    if (holder !== 'nobody' && holder !== 'removed_final') return 'duplicate_external_member_id';
  }
  if (entry.member_persistent_id !== undefined) return 'persistent_id_disabled';
  const unknownRole = (entry.role_ids ?? []).some((id) => !ROLES.some(({ role_id }) => role_id === id));
  if (unknownRole) return 'user_creation_failed';
  return noSeatLeft(change) ? 'team_license_limit' : null;
}

/** By the setting `addFailures`, or by an address such as `user_on_another_team.ada@corp.example`. */
function askedFor({ change, email }: { change: Change; email: string }): AddFailure | null {
  const local = email.toLowerCase().split('@')[0]?.split('.')[0] ?? '';
  const tag = change.world.settings.addFailures[email.toLowerCase()] ?? local;
  return isAddFailure(tag) ? tag : null;
}

const isAddFailure = (tag: string): tag is AddFailure => ADD_FAILURES.some((failure) => failure === tag);

/** `{".tag": t, "<t>": "<email>"}`: the address stands under the name of the tag. */
function failureItem({ failure, email }: { failure: AddFailure; email: string }): team.MemberAddV2Result {
  const item: Record<string, string> = { '.tag': failure, [failure]: email };
  return item as unknown as team.MemberAddResultBase;
}
