/** A seat: one person's place on one connection. The words of every message about it. */

export type SeatState =
  | 'waiting'
  | 'provisioning'
  | 'invited'
  | 'active'
  | 'suspended'
  | 'deprovisioning'
  | 'held'
  | 'released';

export const SEAT_STATES: readonly SeatState[] = [
  'waiting',
  'provisioning',
  'invited',
  'active',
  'suspended',
  'deprovisioning',
  'held',
  'released',
];

/** `unknown`: Dropbox used a status that we have never heard of. */
export type MemberStatus = 'invited' | 'active' | 'suspended' | 'removed' | 'unknown';

/** What a seat waits for. Times are RFC 3339, UTC. */
export type Waiting = {
  kind: 'email' | 'seat' | 'date' | 'connection' | 'brake' | 'person';
  since: string;
  /** When what is waited for is expected, as far as anybody knows. */
  until?: string;
  /** When the seat looks again by itself; absent when only a message can end the wait. */
  lookAgainAt?: string;
  /** Place in the order of asking, 1 is next. */
  place?: number;
};

/** Each with its words in attention.ts and in docs/attention.md. */
export type AttentionCode =
  | 'address_taken'
  | 'address_swap'
  | 'email_missing'
  | 'former_identity'
  | 'on_another_team'
  | 'account_paired'
  | 'personal_account_not_migrated'
  | 'address_reserved'
  | 'no_seat_left'
  | 'free_team_full'
  | 'external_id_in_use'
  | 'persistent_id_conflict'
  | 'invitation_failed'
  | 'invitation_refused'
  | 'invitation_expired'
  | 'profile_refused'
  | 'recovery_refused'
  | 'last_admin'
  | 'connecting_admin'
  | 'admin_protected'
  | 'legal_hold'
  | 'terms_not_signed'
  | 'account_cannot_be_kept'
  | 'address_too_long'
  | 'settings_conflict'
  | 'transfer_in_progress'
  | 'already_transferred'
  | 'transfer_destination_unusable'
  | 'transfer_admin_unusable'
  | 'is_transfer_destination'
  | 'files_not_transferable'
  | 'transfer_refused'
  | 'removal_refused'
  | 'suspension_refused'
  | 'reinstatement_refused'
  | 'drift'
  | 'contradiction'
  | 'job_failed'
  | 'lookup_refused'
  | 'request_rejected'
  | 'refused';

/** Why a seat needs a person. Judged for one plan and settings version; a newer one is tried anew. */
export type Attention = { code: AttentionCode; since: string; tag?: string };

/** An action that the settings switched off: what would have been done. */
export type SkippedAction = {
  action: 'provision' | 'suspend' | 'deprovision';
  planVersion: number;
  at: string;
};

/** What a sync found due for an invitation that nobody accepted. */
export type InvitationDue = 'remind' | 'expire';

/**
 * What PostgreSQL knows of a seat, as an activity returns it: no names, no addresses.
 * `judgedPlan` and `judgedSettings` say for which versions `waiting`, `attention` and `skipped` hold.
 */
export type SeatView = {
  state: SeatState;
  memberStatus: MemberStatus | null;
  profileRevision: number | null;
  holdUntil: string | null;
  waiting: Waiting | null;
  attention: Attention | null;
  skipped: SkippedAction['action'] | null;
  judgedPlan: number;
  judgedSettings: number;
  /** Address claims, places in a line or open intents that must be settled before the seat can end. */
  looseEnds: boolean;
  /** Absent when nothing is due, and in views of earlier versions. */
  due?: InvitationDue;
  /** Invited, and Dropbox mailed nothing: somebody has to tell the person. */
  unmailed?: true;
};
