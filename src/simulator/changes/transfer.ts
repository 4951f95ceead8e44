import type { team } from 'dropbox';
import type { Member } from '../members/member.ts';
import { outcomeOf } from '../members/outcomes.ts';
import { isTeamAdmin } from '../members/roles.ts';
import type { Selector } from '../members/roster.ts';
import type { Change } from './change.ts';

/** The specification knows tags that the SDK's declarations are too old for. */
export type TransferError =
  | team.MembersTransferFormerMembersFilesError
  | { '.tag': 'transfer_in_progress' | 'already_transferred' | 'already_transferred_or_deleted' };

export const TRANSFER = 'team/members/move_former_member_files';

/** As long as most teams' version history lasts. */
const FILES_ARE_KEPT_MS = 180 * 24 * 3_600_000;

/** Why a former member's files cannot be transferred now, or the member whose they are. */
export function checkTransfer({
  change,
  argument,
}: {
  change: Change;
  argument: team.MembersDataTransferArg;
}): Member | TransferError {
  const { world, team: home, atMs } = change;
  const member = home.roster.find(argument.user);
  const situation = world.situation(member);
  const outcome = outcomeOf({ operation: 'transfer', situation, overrides: world.settings.outcomes });
  if (outcome !== 'ok') return { '.tag': outcome };
  if (member === undefined) return { '.tag': 'user_not_found' };
  const { status } = member;
  if (status.kind !== 'removed') return { '.tag': 'user_not_removed' };
  if (status.files === 'transferred') return { '.tag': 'user_data_already_transferred' };
  if (status.files === 'deleted') return { '.tag': 'already_transferred_or_deleted' };
  if (isUnderWay({ change, member })) return { '.tag': 'user_data_is_being_transferred' };
  const isGone = status.before === 'invited' || status.disconnected || atMs > status.atMs + FILES_ARE_KEPT_MS;
  if (isGone) return { '.tag': 'user_data_cannot_be_transferred' };
  const problem = transferProblem({ change, argument, member });
  return problem === null ? member : { '.tag': problem };
}

function isUnderWay({ change: { world, team: home }, member }: { change: Change; member: Member }): boolean {
  for (const { route, team: index, done, argument } of world.jobs.all()) {
    if (route !== TRANSFER || index !== home.index || done) continue;
    const { user } = argument as team.MembersDataTransferArg;
    if (home.roster.find(user)?.index === member.index) return true;
  }
  return false;
}

/** Everything about the receiver of the files and the admin who hears of trouble. */
export function transferProblem({
  change,
  argument,
  member,
}: {
  change: Change;
  argument: { transfer_dest_id?: Selector; transfer_admin_id?: Selector };
  member: Member;
}): team.MembersTransferFilesError['.tag'] | null {
  const { roster } = change.team;
  const { transfer_dest_id: destination, transfer_admin_id: admin } = argument;
  if (destination === undefined) return null;
  if (admin === undefined) return 'unspecified_transfer_admin_id';
  const receiver = roster.find(destination);
  if (receiver === undefined) return 'transfer_dest_user_not_found';
  if (receiver.index === member.index) return 'removed_and_transfer_dest_should_differ';
  if (receiver.status.kind === 'removed') return 'transfer_dest_user_not_in_team';
  const reported = roster.find(admin);
  if (reported === undefined) return 'transfer_admin_user_not_found';
  if (reported.index === member.index) return 'removed_and_transfer_admin_should_differ';
  if (reported.status.kind === 'removed') return 'transfer_admin_user_not_in_team';
  if (!isTeamAdmin(reported.roleIds)) return 'transfer_admin_is_not_admin';
  return receiver.emailVerified ? null : 'recipient_not_verified';
}

/** From the moment a transfer begins the removal cannot be undone, whatever becomes of the transfer. */
export function endRecoverability({ change, member }: { change: Change; member: Member }): void {
  const { status } = member;
  if (status.kind !== 'removed') return;
  change.world.putMember({
    team: change.team,
    member: { ...member, status: { ...status, recoverable: false } },
  });
}

export function applyTransfer({
  change,
  argument,
  member,
}: {
  change: Change;
  argument: team.MembersDataTransferArg;
  member: Member;
}): void {
  const { world, team: home, atMs, by } = change;
  const { status } = member;
  if (status.kind !== 'removed') return;
  const moved: Member = { ...member, status: { ...status, recoverable: false, files: 'transferred' } };
  world.putMember({ team: home, member: moved });
  const transferTo = home.roster.find(argument.transfer_dest_id)?.teamMemberId ?? null;
  world.addEffect({ team: home, member: moved, kind: 'transfer', by, atMs, details: { transferTo } });
}

/** The end of an async job, which was checked when it began. */
export function transferFiles({
  change,
  argument,
}: {
  change: Change;
  argument: team.MembersDataTransferArg;
}): void {
  const member = change.team.roster.find(argument.user);
  if (member !== undefined) applyTransfer({ change, argument, member });
}
