/**
 * What Dropbox's refusals mean for a seat: for every route that changes or reads members, every tag of its error
 * union (Dropbox's API specification, `team.stone`), and what an unknown tag means. Pure data; docs/attention.md is
 * the same for people. Refusals of the two `job_status` routes are not here: they say nothing about the member, so
 * the look that follows decides.
 */
import type { AttentionCode } from './seat.ts';

export type Refusal = {
  /** The reason that people read. */
  code: AttentionCode;
  /** The member is not what was shown a moment ago, or somebody was quicker: look once more before asking a person. */
  lookAgain: boolean;
};

const ask = (code: AttentionCode): Refusal => ({ code, lookAgain: false });
const lookAgain = (code: AttentionCode): Refusal => ({ code, lookAgain: true });

/** The specification's words for these two overlap; both mean "not a member at present". */
const NOT_A_MEMBER = {
  user_not_found: lookAgain('contradiction'),
  user_not_in_team: lookAgain('contradiction'),
};

/** Of every route that transfers files. */
const RECEIVER_AND_ADMIN = {
  removed_and_transfer_dest_should_differ: ask('transfer_destination_unusable'),
  transfer_dest_user_not_found: ask('transfer_destination_unusable'),
  transfer_dest_user_not_in_team: ask('transfer_destination_unusable'),
  recipient_not_verified: ask('transfer_destination_unusable'),
  removed_and_transfer_admin_should_differ: ask('transfer_admin_unusable'),
  transfer_admin_user_not_found: ask('transfer_admin_unusable'),
  transfer_admin_user_not_in_team: ask('transfer_admin_unusable'),
  transfer_admin_is_not_admin: ask('transfer_admin_unusable'),
  unspecified_transfer_admin_id: ask('transfer_admin_unusable'),
};

type RouteRefusals = { tags: Readonly<Record<string, Refusal>>; unknown: AttentionCode };

export const REFUSALS = {
  /** Per person, inside an answer that is a success. */
  'team/members/add_v2': {
    tags: {
      // Never an end: whoever is there is adopted or recovered, and a former account's address is waited for.
      user_already_on_team: lookAgain('contradiction'),
      team_license_limit: ask('no_seat_left'),
      free_team_member_limit_reached: ask('free_team_full'),
      user_on_another_team: ask('on_another_team'),
      user_already_paired: ask('account_paired'),
      user_migration_failed: ask('personal_account_not_migrated'),
      duplicate_external_member_id: ask('external_id_in_use'),
      duplicate_member_persistent_id: ask('persistent_id_conflict'),
      persistent_id_disabled: ask('persistent_id_conflict'),
      user_creation_failed: ask('invitation_failed'),
    },
    unknown: 'invitation_refused',
  },
  'team/members/set_profile_v2': {
    tags: {
      ...NOT_A_MEMBER,
      // Somebody removed the member since the look.
      set_profile_disallowed: lookAgain('contradiction'),
      external_id_used_by_other_user: ask('external_id_in_use'),
      email_reserved_for_other_user: ask('address_reserved'),
      persistent_id_disabled: ask('persistent_id_conflict'),
      persistent_id_used_by_other_user: ask('persistent_id_conflict'),
      // What these object to is never in our requests.
      external_id_and_new_external_id_unsafe: ask('request_rejected'),
      no_new_data_specified: ask('request_rejected'),
      param_cannot_be_empty: ask('request_rejected'),
      directory_restricted_off: ask('request_rejected'),
    },
    unknown: 'profile_refused',
  },
  'team/members/recover': {
    tags: {
      // The account is gone for good, or is there again: look, and otherwise invite anew.
      user_unrecoverable: lookAgain('recovery_refused'),
      user_not_found: lookAgain('recovery_refused'),
      user_not_in_team: lookAgain('recovery_refused'),
      team_license_limit: ask('no_seat_left'),
    },
    unknown: 'recovery_refused',
  },
  'team/members/suspend': {
    tags: {
      ...NOT_A_MEMBER,
      // Suspended already, or only invited.
      suspend_inactive_user: lookAgain('contradiction'),
      suspend_last_admin: ask('last_admin'),
      team_license_limit: ask('no_seat_left'),
    },
    unknown: 'suspension_refused',
  },
  'team/members/unsuspend': {
    tags: {
      ...NOT_A_MEMBER,
      unsuspend_non_suspended_member: lookAgain('contradiction'),
      team_license_limit: ask('no_seat_left'),
    },
    unknown: 'reinstatement_refused',
  },
  'team/members/remove': {
    tags: {
      ...NOT_A_MEMBER,
      remove_last_admin: ask('last_admin'),
      transfer_in_progress: ask('transfer_in_progress'),
      // Only of somebody who is removed: somebody was quicker.
      already_transferred: lookAgain('already_transferred'),
      already_transferred_or_deleted: lookAgain('already_transferred'),
      ...RECEIVER_AND_ADMIN,
      member_is_transfer_destination: ask('is_transfer_destination'),
      email_address_too_long_to_be_disabled: ask('address_too_long'),
      cannot_keep_account: ask('account_cannot_be_kept'),
      // Nothing is kept of somebody invited: there it says that the member has changed since the look.
      cannot_keep_invited_user_account: lookAgain('account_cannot_be_kept'),
      cannot_keep_account_under_legal_hold: ask('legal_hold'),
      cannot_keep_account_required_to_sign_tos: ask('terms_not_signed'),
      cannot_keep_account_and_transfer: ask('settings_conflict'),
      cannot_keep_account_and_delete_data: ask('settings_conflict'),
      cannot_keep_account_and_permanently_delete: ask('settings_conflict'),
      cannot_permanently_delete_and_transfer: ask('settings_conflict'),
      cannot_retain_shares_when_data_wiped: ask('settings_conflict'),
      cannot_retain_shares_when_no_account_kept: ask('settings_conflict'),
      cannot_retain_shares_when_team_external_sharing_off: ask('settings_conflict'),
    },
    unknown: 'removal_refused',
  },
  'team/members/move_former_member_files': {
    tags: {
      ...NOT_A_MEMBER,
      // Somebody brought the member back since the look.
      user_not_removed: lookAgain('contradiction'),
      // Never ends: it is waited for, and what was transferred or deleted before need not be transferred any more.
      transfer_in_progress: lookAgain('transfer_in_progress'),
      user_data_is_being_transferred: lookAgain('transfer_in_progress'),
      already_transferred: lookAgain('already_transferred'),
      already_transferred_or_deleted: lookAgain('already_transferred'),
      user_data_already_transferred: lookAgain('already_transferred'),
      user_data_cannot_be_transferred: ask('files_not_transferable'),
      ...RECEIVER_AND_ADMIN,
    },
    unknown: 'transfer_refused',
  },
  /** A member who is not there is no refusal but a result; the error union has `other` only. */
  'team/members/get_info_v2': { tags: {}, unknown: 'lookup_refused' },
} as const satisfies Record<string, RouteRefusals>;

const BY_ROUTE: Readonly<Record<string, RouteRefusals>> = REFUSALS;

/**
 * @param route as DropboxFailure names it, such as `team/members/remove`
 * @param tag the path of tags; an unknown one gets the route's general reason and is shown beside it
 */
export function refusalOf({ route, tag }: { route: string; tag: string }): Refusal {
  const refusals = Object.hasOwn(BY_ROUTE, route) ? BY_ROUTE[route] : undefined;
  if (refusals === undefined) return ask('refused');
  const known = Object.hasOwn(refusals.tags, tag) ? refusals.tags[tag] : undefined;
  return known ?? ask(refusals.unknown);
}
