import type { team } from 'dropbox';
import { outcomeOf } from '../members/outcomes.ts';
import type { Selector } from '../members/roster.ts';
import { type Change, noSeatLeft } from './change.ts';

/** Brings a removed member back under the same id, if the window is open and a seat is free. */
export function recoverMember({
  change,
  user,
}: {
  change: Change;
  user: Selector;
}): team.MembersRecoverError | null {
  const { world, team: home, atMs, by } = change;
  const member = home.roster.find(user);
  const situation = world.situation(member);
  const tag = outcomeOf({ operation: 'recover', situation, overrides: world.settings.outcomes });
  if (tag !== 'ok') return { '.tag': tag };
  if (member === undefined || member.status.kind !== 'removed') return { '.tag': 'user_unrecoverable' };
  if (noSeatLeft(change)) return { '.tag': 'team_license_limit' };
  const { before } = member.status;
  const suspended = world.settings.recoveredState === 'as_before' && before === 'suspended';
  const recovered = {
    ...member,
    status: { kind: suspended ? ('suspended' as const) : ('active' as const) },
    suspendedAtMs: suspended ? atMs : null,
  };
  world.putMember({ team: home, member: recovered });
  world.addEffect({ team: home, member: recovered, kind: 'recover', by, atMs, details: { before } });
  return null;
}
