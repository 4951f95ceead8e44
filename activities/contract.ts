/**
 * Every side effect of every workflow, on one page. Workflows import the types only; arguments are one object of
 * plain ids and versions, results say what PostgreSQL knows afterwards. No name, address or token passes here.
 *
 * Each step on a seat: lock the seat; check plan, settings and connection; take the address claim; write the intent;
 * commit; call Dropbox; read back; write outcome and seat. If plan or settings moved on it does nothing and returns
 * what it found, which is newer than what the caller asked with. All are safe to run again at any time.
 */
import type { Plan } from '../src/domain/plan.ts';
import type { SeatView, SkippedAction } from '../src/domain/seat.ts';
import type { LifecycleSettings } from '../src/domain/settings.ts';

/** What the caller judged by. */
export type SeatStepInput = { seatId: string; planVersion: number; settingsVersion: number };

/** The truth as PostgreSQL has it when the step ends. */
export type SeatTruth = { view: SeatView; plan: Plan; settings: LifecycleSettings };

/** Task queue `seatkeeper`: PostgreSQL only. */
export interface RecordActivities {
  /** Reads the seat and marks plan and settings as judged. */
  lookAtSeat(input: SeatStepInput): Promise<SeatTruth>;
  /** Writes down that the settings kept the seat from acting. */
  recordSkipped(input: SeatStepInput & { action: SkippedAction['action'] }): Promise<SeatTruth>;

  /** Connections whose grant is due to be tried, at most a thousand. */
  connectionsToCheck(): Promise<{ connectionIds: string[] }>;
  /** Opens the run's row, or says that another run of this connection is under way. */
  beginSync(input: {
    connectionId: string;
    workflowId: string;
    runId: string;
  }): Promise<{ syncId: string } | { underWay: string } | { ended: string }>;
  /** Compares a complete listing with what was known; wakes only the seats that differ. */
  compareMembers(input: { syncId: string }): Promise<Comparison>;
  /** Starts the lifecycles that should be open and are not, sends again what nobody judged, wakes due invitations. */
  restartSeats(input: { syncId: string }): Promise<{ woken: number }>;
  /** Writes the day's snapshot of licences, and closes the run. */
  finishSync(input: { syncId: string; report: SyncReport }): Promise<void>;
  /** Throws the partial listing away and says why, in words an operator can act on. */
  failSync(input: { syncId: string; code: string; tag?: string }): Promise<void>;
}

/** Task queue `seatkeeper-dropbox`: these call Dropbox. */
export interface DropboxActivities {
  /** Makes the person a member: adopts, recovers or adds, or says what it waits for. */
  provisionSeat(input: SeatStepInput & { profileRevision: number }): Promise<SeatTruth>;
  /** Carries over what HR changed of name and address, or says what it waits for. */
  updateProfile(input: SeatStepInput & { profileRevision: number }): Promise<SeatTruth>;
  /** Removes the member and begins the hold of the address; settles claims of a seat that never was one. */
  deprovisionSeat(input: SeatStepInput): Promise<SeatTruth>;
  /** Suspends the member, or cancels the invitation of one who has not accepted it. */
  suspendSeat(input: SeatStepInput): Promise<SeatTruth>;
  /** Lifts a suspension that is ours, or that HR says is over; another one is drift. */
  reinstateSeat(input: SeatStepInput): Promise<SeatTruth>;
  /** Mails an invitation once more, if that is still due. */
  remindInvitee(input: SeatStepInput): Promise<SeatTruth>;
  /** Cancels an invitation that nobody accepted in time, if that is still due. */
  expireInvitation(input: SeatStepInput): Promise<SeatTruth>;
  /**
   * Ends the hold, if Dropbox's clock and Dropbox's list of recoverable members agree: transfers the files, where the
   * settings ask for it, and hands the address on.
   */
  releaseAddress(input: SeatStepInput): Promise<SeatTruth>;
  /** Tries the grant with calls that change nothing: breaks or restores the connection. */
  checkConnection(input: { connectionId: string }): Promise<void>;
  /** Streams the team into staging. Heartbeats; resumes from the last committed page after a crash. */
  listMembers(input: { syncId: string }): Promise<{ members: number; pages: number }>;
  /**
   * Reads the audit log from where it was left. Heartbeats; resumes from the last committed page after a crash. Whatever
   * keeps it from reaching the end is written down as `problem` and ends this phase, not the sync.
   */
  readActivity(input: {
    syncId: string;
  }): Promise<{ events: number; unknownTypes: number; problem?: string }>;
  /** Streams the sessions of devices. Trouble ends this phase, not the sync. */
  readDevices(input: { syncId: string }): Promise<{ sessions: number }>;
  /** Asks what was bought and is used; null where Dropbox could not be asked. */
  countLicences(input: {
    syncId: string;
  }): Promise<{ purchased: number; provisioned: number; used: number } | null>;
  /** Asks Dropbox about the members that a complete listing did not show. */
  confirmMissing(input: { syncId: string }): Promise<{ gone: number }>;
}

type Comparison = {
  members: number;
  pages: number;
  joined: number;
  changed: number;
  missing: number;
  seatsWoken: number;
};

export type SyncReport = Comparison & {
  /** Audit events read, the overlap with the sync before included. */
  events: number;
  /** Of these, of types that nobody has told us about. */
  unknownTypes: number;
  /** Device sessions that say when they were last used. */
  sessions: number;
};
