/** The closed list of reasons why a seat needs a person, each with its next step, in the words people read. */
import type { AttentionCode } from './seat.ts';

/** `transferTo`, `keepAccount` and the like are the names of the settings. docs/attention.md says more on each. */
export const ATTENTION: Record<AttentionCode, { message: string; nextStep: string }> = {
  address_taken: {
    message: "Another active person's seat on this team uses the same e-mail address.",
    nextStep: 'Correct the address of one of the two people in HR; the seat goes on by itself.',
  },
  address_swap: {
    message:
      'Two people are to swap their addresses, and the settings do not let one of them step aside meanwhile.',
    nextStep:
      'Set addressSwap to "park", or give one of them another address for a moment; the seat goes on by itself.',
  },
  email_missing: {
    message: 'The person has no e-mail address, and Dropbox cannot invite anybody without one.',
    nextStep: 'Send the address (a mover event, or PUT /v1/people); the seat goes on by itself.',
  },
  former_identity: {
    message: 'The member with this address carries the external id of somebody else.',
    nextStep: "If both are the same person, correct the external id in HR or in Dropbox's member list.",
  },
  on_another_team: {
    message: 'The address belongs to a member of another Dropbox team.',
    nextStep: 'Ask the other team to release the person, or use another address; then retry.',
  },
  account_paired: {
    message: 'The address belongs to a Dropbox account that is already paired with another account.',
    nextStep:
      'Ask the person to end the pairing in their Dropbox settings, or use another address; then retry.',
  },
  personal_account_not_migrated: {
    message: 'The address belongs to a Dropbox account that could not be brought into the team.',
    nextStep:
      'Ask the person to change the address of the personal account, or to accept the migration; then retry.',
  },
  address_reserved: {
    message: "Dropbox keeps the person's e-mail address reserved for another user.",
    nextStep:
      'Find out in the Admin Console who has the address and free it there, or use another; then retry.',
  },
  no_seat_left: {
    message: 'Every licence of the team is in use.',
    nextStep: 'Buy a licence or remove a member; then retry.',
  },
  free_team_full: {
    message: 'The team is on a free plan, and that takes no more members.',
    nextStep: 'Upgrade the plan or remove a member; then retry.',
  },
  external_id_in_use: {
    message: 'Another member of the team, perhaps a removed one, already carries this external id.',
    nextStep: "Correct the external id of that member in Dropbox's member list; then retry.",
  },
  persistent_id_conflict: {
    message: 'Dropbox objects to the persistent id of single sign-on, which Seatkeeper never sets.',
    nextStep:
      "Check the single sign-on settings and the member's persistent id in the Admin Console; then retry.",
  },
  invitation_failed: {
    message: 'Dropbox could not create an account for the address.',
    nextStep: 'Check that the address exists and is spelt right; then retry.',
  },
  invitation_refused: {
    message: 'Dropbox refused to invite the person, for a reason that Seatkeeper does not know.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  invitation_expired: {
    message: 'Nobody accepted the invitation in the time that the settings give, so it was cancelled.',
    nextStep: 'To invite the person again, retry, or send a new joiner event.',
  },
  profile_refused: {
    message:
      "Dropbox refused to change the member's external id, name or address, for a reason that Seatkeeper does not know.",
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  recovery_refused: {
    message: "Dropbox refused to recover the person's former account.",
    nextStep:
      'The refusal names the reason; resolve it in Dropbox, or switch off recoverOnReturn to wait and invite anew.',
  },
  last_admin: {
    message: 'The person is the last admin of the team, whom Dropbox does not let go.',
    nextStep: 'Make somebody else an admin in Dropbox; then retry.',
  },
  connecting_admin: {
    message: 'The person connected this team. Without them Seatkeeper itself could be cut off.',
    nextStep: 'Let another admin reauthorise the connection; then retry.',
  },
  admin_protected: {
    message: 'The person has an admin role on the team, and the settings protect admins.',
    nextStep:
      'Take the admin role away in the Admin Console and retry, or switch off protectAdmins: then the seat goes on by itself.',
  },
  legal_hold: {
    message: 'A legal hold on the account does not allow what the settings ask for.',
    nextStep: 'Change the settings or end the legal hold; then retry.',
  },
  terms_not_signed: {
    message: "The account cannot be kept until the person accepts Dropbox's terms of service.",
    nextStep: 'Ask the person to accept the terms, or switch off keepAccount; then retry.',
  },
  account_cannot_be_kept: {
    message: "Dropbox cannot keep this member's account when they leave, as the settings ask.",
    nextStep: 'Switch off keepAccount, or remove the member in the Admin Console; then retry.',
  },
  address_too_long: {
    message: "The member's e-mail address is too long for Dropbox to disable the account.",
    nextStep: 'Give the member a shorter address in the Admin Console; then retry.',
  },
  settings_conflict: {
    message: 'The de-provision settings ask for things that Dropbox does not do together.',
    nextStep: 'Correct keepAccount, wipe and transferTo in the settings; the seat goes on by itself.',
  },
  transfer_in_progress: {
    message: "The account's files are being transferred at the moment.",
    nextStep: 'Wait until the transfer has ended; then retry.',
  },
  already_transferred: {
    message:
      "Dropbox says that this member's files were transferred or deleted before, yet shows them as a member.",
    nextStep: 'Look at the member in the Admin Console and finish the removal there; then retry.',
  },
  transfer_destination_unusable: {
    message: 'The person who is to receive the files cannot receive them.',
    nextStep:
      'Name an active member with a verified address in transferTo, and the seat goes on by itself; or correct the manager in HR, then retry.',
  },
  transfer_admin_unusable: {
    message: 'The admin who is told of errors of the transfer is not an admin of the team, or is the leaver.',
    nextStep: 'Let another admin reauthorise the connection; then retry.',
  },
  is_transfer_destination: {
    message: 'The files of somebody who left are being transferred to this person.',
    nextStep: 'Wait until that transfer has ended, or give it another destination; then retry.',
  },
  files_not_transferable: {
    message: "Dropbox cannot transfer this person's files, most likely because it no longer has them.",
    nextStep:
      'Look in the Admin Console, then set transferTo to "none": the address is released without them.',
  },
  transfer_refused: {
    message: 'Dropbox refused to transfer the files, for a reason that Seatkeeper does not know.',
    nextStep:
      'The refusal names the reason; resolve it in Dropbox and retry, or transfer the files there and set transferTo to "none".',
  },
  removal_refused: {
    message: 'Dropbox refused to remove the member, for a reason that Seatkeeper does not know.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  suspension_refused: {
    message: 'Dropbox refused to suspend the member, for a reason that Seatkeeper does not know.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  reinstatement_refused: {
    message: "Dropbox refused to lift the member's suspension, for a reason that Seatkeeper does not know.",
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  drift: {
    message: 'Somebody changed this member in Dropbox, and the seat is no longer what it should be.',
    nextStep: 'Approve (the plan holds) or adopt (Dropbox is right), or correct the person in HR.',
  },
  contradiction: {
    message:
      'What Dropbox shows of this member and what it answers do not fit together, however often it is asked.',
    nextStep: 'Look at the member in the Admin Console; once it is shown right, retry.',
  },
  job_failed: {
    message: 'Dropbox took this step as a background job several times, and it never had an effect.',
    nextStep: 'Try the step by hand in the Admin Console to see what keeps it from working; then retry.',
  },
  lookup_refused: {
    message: 'Dropbox refused to show this member, so that nobody knows what it is now.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  request_rejected: {
    message:
      'Dropbox did not take the request for a valid one. Most often the e-mail address is none that it knows how to use.',
    nextStep:
      'Correct the address in HR, or the role in the settings; then the seat goes on by itself. If they are right, report a defect.',
  },
  refused: {
    message: 'Dropbox refused this step, for a reason that Seatkeeper does not know.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
};
