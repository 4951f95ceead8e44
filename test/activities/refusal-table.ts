/**
 * What a seat does about each refusal of Dropbox, and what the operator reads; written from Dropbox's specification and
 * the product's rules, not from its code. A refusal stays until the end of the test; `calls` is how often the refused
 * route may be called about the seat until nothing more is asked.
 */
import type { AttentionCode, SeatState } from '../../src/domain/seat.ts';

export type Row = {
  route: SeatRoute;
  tag: string;
  /** How the seat ends; `waits` is looked at again after a minute or more, by itself. */
  ends: { state: SeatState; asks: AttentionCode; reads: RegExp } | { state: SeatState; waits: 'email' };
  calls: number;
};

export type SeatRoute =
  | 'team/members/add_v2'
  | 'team/members/set_profile_v2'
  | 'team/members/recover'
  | 'team/members/suspend'
  | 'team/members/unsuspend'
  | 'team/members/remove'
  | 'team/members/get_info_v2';

/** What a seat is again when its step was refused. */
export const AT_REST: Record<SeatRoute, SeatState> = {
  'team/members/add_v2': 'waiting',
  'team/members/set_profile_v2': 'waiting',
  'team/members/recover': 'held',
  'team/members/suspend': 'invited',
  'team/members/unsuspend': 'suspended',
  'team/members/remove': 'invited',
  'team/members/get_info_v2': 'waiting',
};

/** No specification has it. */
export const INVENTED = 'quota_of_the_moon_reached';

type Asks = [tag: string, asks: AttentionCode, reads: RegExp];

const asking = (route: SeatRoute, calls: number, rows: Asks[]): Row[] =>
  rows.map(([tag, asks, reads]) => ({
    route,
    tag,
    calls,
    ends: { state: AT_REST[route], asks, reads },
  }));
/** What the seat was refused may explain itself at a second look, so it is tried twice. */
const afterTwo = (route: SeatRoute, rows: Asks[]): Row[] => asking(route, 2, rows);
const atOnce = (route: SeatRoute, rows: Asks[]): Row[] => asking(route, 1, rows);

const NO_LICENCE = /licence/;
const CONTRADICTS = /do not fit together/;
const UNKNOWN = /reason that Seatkeeper does not know/;
const SETTINGS = /settings ask for things/;
const RECEIVER = /receive the files/;
const TRANSFER_ADMIN = /admin .*transfer/;
const PERSISTENT_ID = /persistent id/;
const INVALID = /valid/;

export const ROWS: Row[] = [
  ...atOnce('team/members/add_v2', [
    ['team_license_limit', 'no_seat_left', NO_LICENCE],
    ['free_team_member_limit_reached', 'free_team_full', /free plan/],
    ['user_on_another_team', 'on_another_team', /another Dropbox team/],
    ['user_already_paired', 'account_paired', /paired/],
    ['user_migration_failed', 'personal_account_not_migrated', /brought into the team/],
    ['duplicate_external_member_id', 'external_id_in_use', /external id/],
    ['duplicate_member_persistent_id', 'persistent_id_conflict', PERSISTENT_ID],
    ['persistent_id_disabled', 'persistent_id_conflict', PERSISTENT_ID],
    ['user_creation_failed', 'invitation_failed', /account for the address/],
    ['other', 'invitation_refused', UNKNOWN],
    [INVENTED, 'invitation_refused', UNKNOWN],
  ]),
  // Somebody is there whom Dropbox does not show: most likely removed and recoverable, so time cures it.
  {
    route: 'team/members/add_v2',
    tag: 'user_already_on_team',
    ends: { state: 'waiting', waits: 'email' },
    calls: 1,
  },

  ...afterTwo('team/members/set_profile_v2', [
    ['user_not_found', 'contradiction', CONTRADICTS],
    ['user_not_in_team', 'contradiction', CONTRADICTS],
    ['set_profile_disallowed', 'contradiction', CONTRADICTS],
  ]),
  ...atOnce('team/members/set_profile_v2', [
    ['external_id_used_by_other_user', 'external_id_in_use', /external id/],
    ['email_reserved_for_other_user', 'address_reserved', /reserved/],
    ['persistent_id_disabled', 'persistent_id_conflict', PERSISTENT_ID],
    ['persistent_id_used_by_other_user', 'persistent_id_conflict', PERSISTENT_ID],
    ['external_id_and_new_external_id_unsafe', 'request_rejected', INVALID],
    ['no_new_data_specified', 'request_rejected', INVALID],
    ['param_cannot_be_empty', 'request_rejected', INVALID],
    ['directory_restricted_off', 'request_rejected', INVALID],
    ['other', 'profile_refused', /external id/],
    [INVENTED, 'profile_refused', /external id/],
  ]),

  // Not recovered and not to be added (Dropbox still keeps the address): wait for the end of the hold.
  ...['user_unrecoverable', 'user_not_found', 'user_not_in_team'].map(
    (tag): Row => ({ route: 'team/members/recover', tag, ends: { state: 'held', waits: 'email' }, calls: 1 }),
  ),
  ...atOnce('team/members/recover', [
    ['team_license_limit', 'no_seat_left', NO_LICENCE],
    ['other', 'recovery_refused', /recover/],
    [INVENTED, 'recovery_refused', /recover/],
  ]),

  ...afterTwo('team/members/suspend', [
    ['user_not_found', 'contradiction', CONTRADICTS],
    ['user_not_in_team', 'contradiction', CONTRADICTS],
    ['suspend_inactive_user', 'contradiction', CONTRADICTS],
  ]),
  ...atOnce('team/members/suspend', [
    ['suspend_last_admin', 'last_admin', /last admin/],
    ['team_license_limit', 'no_seat_left', NO_LICENCE],
    ['other', 'suspension_refused', UNKNOWN],
    [INVENTED, 'suspension_refused', UNKNOWN],
  ]),

  ...afterTwo('team/members/unsuspend', [
    ['user_not_found', 'contradiction', CONTRADICTS],
    ['user_not_in_team', 'contradiction', CONTRADICTS],
    ['unsuspend_non_suspended_member', 'contradiction', CONTRADICTS],
  ]),
  ...atOnce('team/members/unsuspend', [
    ['team_license_limit', 'no_seat_left', NO_LICENCE],
    ['other', 'reinstatement_refused', UNKNOWN],
    [INVENTED, 'reinstatement_refused', UNKNOWN],
  ]),

  ...afterTwo('team/members/remove', [
    ['user_not_found', 'contradiction', CONTRADICTS],
    ['user_not_in_team', 'contradiction', CONTRADICTS],
    ['already_transferred', 'already_transferred', /transferred or deleted/],
    ['already_transferred_or_deleted', 'already_transferred', /transferred or deleted/],
    ['cannot_keep_invited_user_account', 'account_cannot_be_kept', /keep this member's account/],
  ]),
  ...atOnce('team/members/remove', [
    ['transfer_in_progress', 'transfer_in_progress', /being transferred/],
    ['removed_and_transfer_dest_should_differ', 'transfer_destination_unusable', RECEIVER],
    ['transfer_dest_user_not_found', 'transfer_destination_unusable', RECEIVER],
    ['transfer_dest_user_not_in_team', 'transfer_destination_unusable', RECEIVER],
    ['recipient_not_verified', 'transfer_destination_unusable', RECEIVER],
    ['removed_and_transfer_admin_should_differ', 'transfer_admin_unusable', TRANSFER_ADMIN],
    ['transfer_admin_user_not_found', 'transfer_admin_unusable', TRANSFER_ADMIN],
    ['transfer_admin_user_not_in_team', 'transfer_admin_unusable', TRANSFER_ADMIN],
    ['transfer_admin_is_not_admin', 'transfer_admin_unusable', TRANSFER_ADMIN],
    ['unspecified_transfer_admin_id', 'transfer_admin_unusable', TRANSFER_ADMIN],
    ['member_is_transfer_destination', 'is_transfer_destination', /transferred to this person/],
    ['remove_last_admin', 'last_admin', /last admin/],
    ['email_address_too_long_to_be_disabled', 'address_too_long', /too long/],
    ['cannot_keep_account', 'account_cannot_be_kept', /keep this member's account/],
    ['cannot_keep_account_under_legal_hold', 'legal_hold', /legal hold/],
    ['cannot_keep_account_required_to_sign_tos', 'terms_not_signed', /terms of service/],
    ['cannot_keep_account_and_transfer', 'settings_conflict', SETTINGS],
    ['cannot_keep_account_and_delete_data', 'settings_conflict', SETTINGS],
    ['cannot_keep_account_and_permanently_delete', 'settings_conflict', SETTINGS],
    ['cannot_permanently_delete_and_transfer', 'settings_conflict', SETTINGS],
    ['cannot_retain_shares_when_data_wiped', 'settings_conflict', SETTINGS],
    ['cannot_retain_shares_when_no_account_kept', 'settings_conflict', SETTINGS],
    ['cannot_retain_shares_when_team_external_sharing_off', 'settings_conflict', SETTINGS],
    ['other', 'removal_refused', UNKNOWN],
    [INVENTED, 'removal_refused', UNKNOWN],
  ]),

  ...atOnce('team/members/get_info_v2', [
    ['other', 'lookup_refused', /show this member/],
    [INVENTED, 'lookup_refused', /show this member/],
  ]),
];

export const TRANSFER = 'team/members/move_former_member_files';

/** `released`: nothing is left to transfer, and the seat goes on. */
type TransferRow = {
  tag: string;
  ends: { asks: AttentionCode; reads: RegExp } | { waits: true } | { released: true };
  calls: number;
};

/** Played in a test of their own: they come at the end of a hold. */
export const TRANSFER_ROWS: TransferRow[] = [
  ...['user_not_found', 'user_not_in_team', 'user_not_removed'].map(
    (tag): TransferRow => ({ tag, ends: { asks: 'contradiction', reads: CONTRADICTS }, calls: 2 }),
  ),
  ...['user_data_is_being_transferred', 'transfer_in_progress'].map(
    (tag): TransferRow => ({ tag, ends: { waits: true }, calls: 1 }),
  ),
  ...['user_data_already_transferred', 'already_transferred', 'already_transferred_or_deleted'].map(
    (tag): TransferRow => ({ tag, ends: { released: true }, calls: 1 }),
  ),
  ...(
    [
      ['removed_and_transfer_dest_should_differ', 'transfer_destination_unusable', RECEIVER],
      ['transfer_dest_user_not_found', 'transfer_destination_unusable', RECEIVER],
      ['transfer_dest_user_not_in_team', 'transfer_destination_unusable', RECEIVER],
      ['recipient_not_verified', 'transfer_destination_unusable', RECEIVER],
      ['removed_and_transfer_admin_should_differ', 'transfer_admin_unusable', TRANSFER_ADMIN],
      ['transfer_admin_user_not_found', 'transfer_admin_unusable', TRANSFER_ADMIN],
      ['transfer_admin_user_not_in_team', 'transfer_admin_unusable', TRANSFER_ADMIN],
      ['transfer_admin_is_not_admin', 'transfer_admin_unusable', TRANSFER_ADMIN],
      ['unspecified_transfer_admin_id', 'transfer_admin_unusable', TRANSFER_ADMIN],
      ['user_data_cannot_be_transferred', 'files_not_transferable', /no longer has them/],
      ['other', 'transfer_refused', UNKNOWN],
      [INVENTED, 'transfer_refused', UNKNOWN],
    ] as Asks[]
  ).map(([tag, asks, reads]): TransferRow => ({ tag, ends: { asks, reads }, calls: 1 })),
];

/** A job's own refusals say nothing about the member: the look that follows decides, whatever the tag. */
export const JOB_ROUTES = [
  'team/members/add/job_status/get_v2',
  'team/members/remove/job_status/get',
  `${TRANSFER}/job_status/check`,
] as const;
export const JOB_TAGS = ['invalid_async_job_id', 'internal_error', 'other', INVENTED];
