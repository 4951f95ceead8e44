import type { team } from 'dropbox';
import { outcomeOf } from '../members/outcomes.ts';
import type { Selector } from '../members/roster.ts';
import { type Change, isLastAdmin, noSeatLeft } from './change.ts';

/** The seat stays taken. Repeating it is `suspend_inactive_user`, since a suspended member is not active. */
export function suspendMember({
  change,
  user,
  wipeData,
}: {
  change: Change;
  user: Selector;
  wipeData: boolean;
}): team.MembersSuspendError | null {
  const { world, team: home, atMs, by } = change;
  const member = home.roster.find(user);
  const situation = world.situation(member);
  const tag = outcomeOf({ operation: 'suspend', situation, overrides: world.settings.outcomes });
  if (tag !== 'ok') return { '.tag': tag };
  if (member === undefined) return { '.tag': 'user_not_found' };
  if (isLastAdmin({ team: home, member })) return { '.tag': 'suspend_last_admin' };
  world.putMember({ team: home, member: { ...member, status: { kind: 'suspended' }, suspendedAtMs: atMs } });
  world.addEffect({ team: home, member, kind: 'suspend', by, atMs, details: { wipeData } });
  return null;
}

/** Does not undo a wipe: that is the devices' business. */
export function unsuspendMember({
  change,
  user,
}: {
  change: Change;
  user: Selector;
}): team.MembersUnsuspendError | null {
  const { world, team: home, atMs, by } = change;
  const member = home.roster.find(user);
  const situation = world.situation(member);
  const tag = outcomeOf({ operation: 'unsuspend', situation, overrides: world.settings.outcomes });
  if (tag !== 'ok') return { '.tag': tag };
  if (member === undefined) return { '.tag': 'user_not_found' };
  // A suspended member keeps the seat, so only the setting that frees it can leave none for the return.
  if (!world.settings.provisionedIncludesSuspended && noSeatLeft(change))
    return { '.tag': 'team_license_limit' };
  world.putMember({ team: home, member: { ...member, status: { kind: 'active' }, suspendedAtMs: null } });
  world.addEffect({ team: home, member, kind: 'unsuspend', by, atMs, details: {} });
  return null;
}
