/**
 * Mistakes that somebody could make in the life of a seat, each with the test that must catch it. `run.ts` makes them one
 * by one in a copy of the project; `bugs.test.ts` holds the list to the code.
 */
export type PlantedBug = {
  name: string;
  file: string;
  /** What stands in the file exactly once, and what takes its place. */
  from: string;
  to: string;
  /** Fails with the bug, and passes without. */
  caughtBy: string;
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a write is believed without a look',
    file: 'activities/member-look.ts',
    from: 'return isThere && own.externalId === personId;',
    to: 'return true;',
    caughtBy: 'test/activities/provision-seat-under-faults.test.ts',
  },
  {
    name: 'an address is released before the hold ends',
    file: 'src/domain/next-action.ts',
    from: "return endMs > nowMs ? wait(endMs) : { do: 'release' };",
    to: "return { do: 'release' };",
    caughtBy: 'test/domain/next-action.test.ts',
  },
  {
    name: 'Dropbox is not asked whether the member can still be recovered',
    file: 'activities/release-address.ts',
    from: 'const isRecoverable = seen.own?.recoverable === true;',
    to: 'const isRecoverable = false;',
    caughtBy: 'test/workflows/address-hold.test.ts',
  },
  {
    name: 'files are transferred while Dropbox can still recover the member',
    file: 'activities/transfer-files.ts',
    from: 'if (own?.recoverable === true) return false;',
    to: '',
    caughtBy: 'test/workflows/address-hold.test.ts',
  },
  {
    name: 'who waits for an address is not told that it is theirs',
    file: 'src/store/claims/release-addresses.ts',
    from: "await tellTemporal({ tx, kind: 'seat', subjects: [{ id: next.seatId }] });",
    to: '',
    caughtBy: 'test/workflows/address-hold.test.ts',
  },
  {
    name: 'a recovery is undone at the next turn',
    file: 'src/domain/plan.ts',
    from: 'desiredOf({ slice, assigned }) : standing.desired;',
    to: 'desiredOf({ slice, assigned }) : desiredOf({ slice, assigned });',
    caughtBy: 'test/domain/plan.test.ts',
  },
  {
    name: 'a removal wipes devices unasked',
    file: 'activities/deprovision-seat.ts',
    from: 'wipeData: wipe && !isInvited',
    to: 'wipeData: !isInvited',
    caughtBy: 'test/workflows/user-lifecycle.test.ts',
  },
  {
    name: 'facts count in the order in which they were said',
    file: 'src/domain/person.ts',
    from: 'a.atMs - b.atMs || bySaying(a, b)',
    to: 'bySaying(a, b)',
    caughtBy: 'test/domain/person.test.ts',
  },
  {
    name: 'a move that is taken back keeps the address that was meant',
    file: 'activities/claim-for-seat.ts',
    from: 'if (seat.profileRevision === input.profileRevision) await keepOnly',
    to: 'if (seat.profileRevision === -1) await keepOnly',
    caughtBy: 'test/workflows/moving.test.ts',
  },
  {
    name: 'who steps aside in a swap keeps the address that was left',
    file: 'activities/update-profile.ts',
    from: 'if (parked) await leaveAddress',
    to: 'if (parked && openIntent === undefined) await leaveAddress',
    caughtBy: 'test/workflows/moving.test.ts',
  },
  {
    name: 'a member on a parking address counts as up to date',
    file: 'activities/update-profile.ts',
    from: '{ profileRevision: PARKED_REVISION, readBackAt: seen.at }',
    to: '{ readBackAt: seen.at }',
    caughtBy: 'test/workflows/moving.test.ts',
  },
  {
    name: 'names that Dropbox hides are sent for ever',
    file: 'activities/update-profile.ts',
    from: 'namesSent ||= isAnswered &&',
    to: 'namesSent ||= false &&',
    caughtBy: 'test/workflows/moving.test.ts',
  },
  {
    name: 'somebody recovered by hand is not removed again',
    file: 'activities/deprovision-seat.ts',
    from: "seat.state === 'held' && isThere(status)",
    to: "seat.state === 'released' && isThere(status)",
    caughtBy: 'test/workflows/drift.test.ts',
  },
  {
    name: 'a suspension made by hand is not lifted although the operator says so',
    file: 'activities/reinstate-seat.ts',
    from: "'decision' in cause && cause.kind === 'approve'",
    to: 'false',
    caughtBy: 'test/workflows/drift.test.ts',
  },
  {
    name: 'a new name lifts a suspension that was made by hand',
    file: 'activities/reinstate-seat.ts',
    from: 'Date.parse(since) > last.endedAt.getTime()',
    to: 'Date.parse(at) > last.endedAt.getTime()',
    caughtBy: 'test/workflows/suspension.test.ts',
  },
  {
    name: 'a fact ends a pause',
    file: 'src/store/planning/plan-seats.ts',
    from: 'plan: { ...seat.plan, version',
    to: 'plan: { version',
    caughtBy: 'test/workflows/pause.test.ts',
  },
];
