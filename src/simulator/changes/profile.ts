import type { team } from 'dropbox';
import { emailKey, type Member } from '../members/member.ts';
import { outcomeOf } from '../members/outcomes.ts';
import { type Change, isOnAnotherTeam } from './change.ts';

type ProfileError = team.MembersSetProfileError;

/** Changes what was given; returns the member after it, or why it was refused. */
export function setProfile({
  change,
  argument,
}: {
  change: Change;
  argument: team.MembersSetProfileArg;
}): Member | ProfileError {
  const { world, team: home, atMs, by } = change;
  const member = home.roster.find(argument.user);
  const situation = world.situation(member);
  const tag = outcomeOf({ operation: 'set_profile', situation, overrides: world.settings.outcomes });
  if (tag !== 'ok') return { '.tag': tag };
  if (member === undefined) return { '.tag': 'user_not_found' };
  const problem = profileProblem({ change, argument, member });
  if (problem !== null) return { '.tag': problem };
  const changed: Member = {
    ...member,
    email: argument.new_email ?? member.email,
    externalId: externalIdAfter({ argument, member }),
    givenName: argument.new_given_name ?? member.givenName,
    surname: argument.new_surname ?? member.surname,
    directoryRestricted: argument.new_is_directory_restricted ?? member.directoryRestricted,
  };
  world.putMember({ team: home, member: changed });
  // Names of fields only: the ledger says that an address changed, the member says to what.
  const fields = (['email', 'externalId', 'givenName', 'surname', 'directoryRestricted'] as const).filter(
    (field) => member[field] !== changed[field],
  );
  world.addEffect({ team: home, member: changed, kind: 'set_profile', by, atMs, details: { fields } });
  return changed;
}

/** Clearing with an empty text is undocumented; it is the only value that could mean it. */
const externalIdAfter = ({ argument, member }: { argument: team.MembersSetProfileArg; member: Member }) => {
  if (argument.new_external_id === undefined) return member.externalId;
  return argument.new_external_id === '' ? null : argument.new_external_id;
};

/**
 * The checks in the order in which the specification lists their tags. Addresses and external ids of members who can still
 * be recovered are taken; those of members who are gone for good are free.
 */
function profileProblem({
  change,
  argument,
  member,
}: {
  change: Change;
  argument: team.MembersSetProfileArg;
  member: Member;
}): ProfileError['.tag'] | null {
  const { world, team: home } = change;
  const { user, new_email: email, new_external_id: externalId, ...rest } = argument;
  if (user['.tag'] === 'external_id' && externalId !== undefined)
    return 'external_id_and_new_external_id_unsafe';
  const given = [email, externalId, ...Object.values(rest)].filter((value) => value !== undefined);
  if (given.length === 0) return 'no_new_data_specified';
  if (email === '') return 'param_cannot_be_empty';
  if (argument.new_persistent_id !== undefined) return 'persistent_id_disabled';
  if (email !== undefined && emailKey(email) !== emailKey(member.email)) {
    const holder = home.roster.findByEmail(email);
    const reserved = holder !== undefined && world.situation(holder) !== 'removed_final';
    if (reserved || isOnAnotherTeam(change, email)) return 'email_reserved_for_other_user';
  }
  if (externalId !== undefined && externalId !== '' && externalId !== member.externalId) {
    const holder = home.roster.findByExternalId(externalId);
    const used = holder !== undefined && world.situation(holder) !== 'removed_final';
    if (used) return 'external_id_used_by_other_user';
  }
  return null;
}
