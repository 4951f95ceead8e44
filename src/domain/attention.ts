/** The closed list of reasons why a seat needs a person, each with its next step, in the words people read. */
import type { AttentionCode } from './seat.ts';

export const ATTENTION: Record<AttentionCode, { message: string; nextStep: string }> = {
  address_taken: {
    message: "Another active person's seat on this team uses the same e-mail address.",
    nextStep: 'Correct the address of one of the two people in HR; the seat goes on by itself.',
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
  personal_account_not_migrated: {
    message: 'The address belongs to a Dropbox account that could not be brought into the team.',
    nextStep:
      'Ask the person to change the address of the personal account, or to accept the migration; then retry.',
  },
  no_seat_left: {
    message: 'Every licence of the team is in use.',
    nextStep: 'Buy a licence or remove a member; then retry.',
  },
  external_id_in_use: {
    message: 'Another member of the team already carries this external id.',
    nextStep: "Correct the external id of that member in Dropbox's member list; then retry.",
  },
  invitation_failed: {
    message: 'Dropbox could not create the invitation.',
    nextStep: 'Check the address; then retry.',
  },
  last_admin: {
    message: 'The person is the last admin of the team, whom Dropbox does not let go.',
    nextStep: 'Make somebody else an admin in Dropbox; then retry.',
  },
  connecting_admin: {
    message: 'The person connected this team. Without them Seatkeeper itself could be cut off.',
    nextStep: 'Let another admin reauthorise the connection; then retry.',
  },
  legal_hold: {
    message: 'A legal hold on the account does not allow what the settings ask for.',
    nextStep: 'Change the settings or end the legal hold; then retry.',
  },
  transfer_in_progress: {
    message: "The account's files are being transferred at the moment.",
    nextStep: 'Wait until the transfer has ended; then retry.',
  },
  removal_refused: {
    message: 'Dropbox refused to remove the member.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  unrecoverable: {
    message: 'Dropbox can no longer recover the former account.',
    nextStep: 'Retry to invite the person anew.',
  },
  drift: {
    message: 'Somebody changed this member in Dropbox, and the seat is no longer what it should be.',
    nextStep: 'Put the member right in Dropbox, or correct the person in HR.',
  },
  suspension_refused: {
    message: 'Dropbox refused to suspend the member, or to lift the suspension.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
  profile_change_unavailable: {
    message: "The person's name or address changed, which this version does not carry over.",
    nextStep: 'Change name and address in the Dropbox Admin Console.',
  },
  transfer_unavailable: {
    message:
      'The settings ask for a transfer of files at the end of the hold, which this version does not carry out.',
    nextStep:
      'Transfer the files in the Admin Console and set transferTo to "none"; the address is then released.',
  },
  refused: {
    message: 'Dropbox refused this step.',
    nextStep: 'The refusal names the reason; resolve it in Dropbox, then retry.',
  },
};
