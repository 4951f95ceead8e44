import type { team } from 'dropbox';
import type { Member } from '../members/member.ts';
import { outcomeOf } from '../members/outcomes.ts';
import { type Change, isLastAdmin } from './change.ts';
import { transferProblem } from './transfer.ts';

/** The specification knows arguments and tags that the SDK's declarations are too old for. */
export type RemoveArg = team.MembersRemoveArg & { permanently_delete_files?: boolean };
export type RemoveError =
  | team.MembersRemoveError
  | { '.tag': 'cannot_keep_account_and_permanently_delete' | 'cannot_permanently_delete_and_transfer' };

const refused = (tag: RemoveError['.tag']): RemoveError => ({ '.tag': tag }) as RemoveError;

/** Why this removal is refused, or the member it is about. */
export function checkRemoval({
  change,
  argument,
}: {
  change: Change;
  argument: RemoveArg;
}): Member | RemoveError {
  const { world, team: home } = change;
  const member = home.roster.find(argument.user);
  const situation = world.situation(member);
  const outcome = outcomeOf({ operation: 'remove', situation, overrides: world.settings.outcomes });
  if (outcome !== 'ok') return refused(outcome);
  if (member === undefined) return refused('user_not_found');
  if (isLastAdmin({ team: home, member })) return refused('remove_last_admin');
  const contradiction = contradictionIn(argument);
  if (contradiction !== null) return refused(contradiction);
  if (argument.keep_account === true) {
    if (situation === 'invited') return refused('cannot_keep_invited_user_account');
    const held = world.settings.legalHoldEmails.some(
      (email) => email.toLowerCase() === member.email.toLowerCase(),
    );
    if (held) return refused('cannot_keep_account_under_legal_hold');
  }
  const transfer = transferProblem({ change, argument, member });
  return transfer === null ? member : refused(transfer);
}

/** Flags that exclude each other, as the specification lists them. `wipe_data` is true unless it was sent. */
function contradictionIn(argument: RemoveArg): RemoveError['.tag'] | null {
  const wipe = argument.wipe_data ?? true;
  const transfers = argument.transfer_dest_id !== undefined;
  if (argument.keep_account === true) {
    if (transfers) return 'cannot_keep_account_and_transfer';
    if (argument.permanently_delete_files === true) return 'cannot_keep_account_and_permanently_delete';
    if (wipe) return 'cannot_keep_account_and_delete_data';
  }
  if (argument.retain_team_shares === true) {
    if (wipe) return 'cannot_retain_shares_when_data_wiped';
    if (argument.keep_account !== true) return 'cannot_retain_shares_when_no_account_kept';
  }
  if (argument.permanently_delete_files === true && transfers)
    return 'cannot_permanently_delete_and_transfer';
  return null;
}

/** Freed are the seat at once, the address and the external id only when recovery is no longer possible. */
export function applyRemoval({
  change,
  argument,
  member,
}: {
  change: Change;
  argument: RemoveArg;
  member: Member;
}): void {
  const { world, team: home, atMs, by } = change;
  const { status } = member;
  if (status.kind === 'removed') return;
  const keepAccount = argument.keep_account ?? false;
  const transferTo = argument.transfer_dest_id && home.roster.find(argument.transfer_dest_id)?.teamMemberId;
  const removed: Member = {
    ...member,
    status: {
      kind: 'removed',
      atMs,
      // Dropbox cannot restore whoever never joined, kept the account, or whose files went elsewhere.
      recoverable:
        status.kind !== 'invited' &&
        !keepAccount &&
        transferTo === undefined &&
        argument.permanently_delete_files !== true,
      disconnected: keepAccount,
      before: status.kind,
      ...(transferTo === undefined ? {} : { files: 'transferred' as const }),
      ...(argument.permanently_delete_files === true ? { files: 'deleted' as const } : {}),
    },
    suspendedAtMs: null,
  };
  world.putMember({ team: home, member: removed });
  world.addEffect({
    team: home,
    member,
    kind: 'remove',
    by,
    atMs,
    details: {
      wipeData: argument.wipe_data ?? true,
      keepAccount,
      before: status.kind,
      transferTo: transferTo ?? null,
    },
  });
}

/** The whole step, for an async job: by the time it runs there may be nobody left to remove. */
export function removeMember({
  change,
  argument,
}: {
  change: Change;
  argument: RemoveArg;
}): RemoveError | null {
  const checked = checkRemoval({ change, argument });
  if ('.tag' in checked) return checked;
  applyRemoval({ change, argument, member: checked });
  return null;
}
