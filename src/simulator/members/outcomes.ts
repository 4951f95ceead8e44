import type { team } from 'dropbox';

/** Where somebody stands, as far as a route's outcome depends on it. */
export const SITUATIONS = [
  'invited',
  'active',
  'suspended',
  'removed_recoverable',
  'removed_final',
  'nobody',
] as const;
export type Situation = (typeof SITUATIONS)[number];

type Row<Tag extends string> = Readonly<Record<Situation, 'ok' | Tag>>;

interface OutcomeTable {
  add: Row<team.MemberAddV2Result['.tag']>;
  remove: Row<team.MembersRemoveError['.tag']>;
  recover: Row<team.MembersRecoverError['.tag']>;
  set_profile: Row<team.MembersSetProfileError['.tag']>;
  suspend: Row<team.MembersSuspendError['.tag']>;
  unsuspend: Row<team.MembersUnsuspendError['.tag']>;
  send_welcome_email: Row<team.MembersSendWelcomeError['.tag']>;
  transfer: Row<team.MembersTransferFormerMembersFilesError['.tag']>;
}

export type Operation = keyof OutcomeTable;

/**
 * The member state machine: what each route does in each state, `ok` or the tag it refuses with. Where Dropbox's
 * specification is silent the cell is the likelier reading, and the setting `outcomes` changes it.
 * A further check (last admin, seats, contradictory flags) can still refuse where this table says `ok`.
 */
export const OUTCOMES: OutcomeTable = {
  add: {
    invited: 'user_already_on_team',
    active: 'user_already_on_team',
    suspended: 'user_already_on_team',
    // Recoverable members still hold their address: the specification says so for this tag.
    removed_recoverable: 'user_already_on_team',
    removed_final: 'ok',
    nobody: 'ok',
  },
  remove: {
    invited: 'ok',
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  recover: {
    invited: 'user_unrecoverable',
    active: 'user_unrecoverable',
    suspended: 'user_unrecoverable',
    removed_recoverable: 'ok',
    removed_final: 'user_unrecoverable',
    nobody: 'user_not_found',
  },
  set_profile: {
    invited: 'ok',
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'set_profile_disallowed',
    removed_final: 'set_profile_disallowed',
    nobody: 'user_not_found',
  },
  suspend: {
    invited: 'suspend_inactive_user',
    active: 'ok',
    suspended: 'suspend_inactive_user',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  unsuspend: {
    invited: 'unsuspend_non_suspended_member',
    active: 'unsuspend_non_suspended_member',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  send_welcome_email: {
    invited: 'ok',
    // Nobody to remind: a success without an effect.
    active: 'ok',
    suspended: 'ok',
    removed_recoverable: 'user_not_in_team',
    removed_final: 'user_not_in_team',
    nobody: 'user_not_found',
  },
  transfer: {
    invited: 'user_not_removed',
    active: 'user_not_removed',
    suspended: 'user_not_removed',
    removed_recoverable: 'ok',
    // Files outlive the window in which the removal can be undone.
    removed_final: 'ok',
    nobody: 'user_not_found',
  },
};

export type OutcomeOverrides = { [Op in Operation]?: Partial<OutcomeTable[Op]> };

/** `ok`, or the tag of the refusal. */
export function outcomeOf<Op extends Operation>({
  operation,
  situation,
  overrides,
}: {
  operation: Op;
  situation: Situation;
  overrides: OutcomeOverrides;
}): OutcomeTable[Op][Situation] {
  return overrides[operation]?.[situation] ?? OUTCOMES[operation][situation];
}
