/** Every activity, by task queue. */
import { createConnectionChecks } from './connection-check.ts';
import type { DropboxActivities, RecordActivities } from './contract.ts';
import { deprovisionSeat } from './deprovision-seat.ts';
import { expireInvitation } from './expire-invitation.ts';
import { provisionSeat } from './provision-seat.ts';
import { reinstateSeat } from './reinstate-seat.ts';
import { releaseAddress } from './release-address.ts';
import { remindInvitee } from './remind-invitee.ts';
import { createSeatRecordActivities } from './seat-record.ts';
import type { SeatDeps } from './seat-step.ts';
import { suspendSeat } from './suspend-seat.ts';
import { createTeamSyncActivities } from './team-sync.ts';
import { updateProfile } from './update-profile.ts';

type Deps = SeatDeps & Parameters<typeof createTeamSyncActivities>[0];

export function createActivities(deps: Deps): { record: RecordActivities; dropbox: DropboxActivities } {
  const { connectionsToCheck, checkConnection } = createConnectionChecks(deps);
  const { listMembers, readActivity, readDevices, countLicences, confirmMissing, ...sync } =
    createTeamSyncActivities(deps);
  return {
    record: { ...createSeatRecordActivities(deps), ...sync, connectionsToCheck },
    dropbox: {
      provisionSeat: provisionSeat(deps),
      updateProfile: updateProfile(deps),
      deprovisionSeat: deprovisionSeat(deps),
      suspendSeat: suspendSeat(deps),
      reinstateSeat: reinstateSeat(deps),
      remindInvitee: remindInvitee(deps),
      expireInvitation: expireInvitation(deps),
      releaseAddress: releaseAddress(deps),
      checkConnection,
      listMembers,
      readActivity,
      readDevices,
      countLicences,
      confirmMissing,
    },
  };
}
