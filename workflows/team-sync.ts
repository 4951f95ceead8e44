/**
 * One daily comparison of a connection with Dropbox.
 *
 *   members   the whole team, removed members too, streamed page by page into staging
 *   activity  the audit log from where it was left, and the sessions of devices: when each member was last active
 *   licences  what was bought and is used, once a day
 *   compare   staging against what was known; members that were not shown are asked about one by one; seats that
 *             differ are woken, and lifecycles that should be open and are not are started again
 *
 * Its cost does not grow with the team: one activity a phase, two for activity. Members decide; a log, devices or figures
 * that Dropbox does not give out end their own phase and not the run. A listing that did not finish decides nothing: the run
 * fails, everything stays as it was, and the next run starts over.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { listing, record } from './activity-proxies.ts';
import type { TeamSyncInput, TeamSyncResult } from './messages.ts';

export async function teamSync({ connectionId, slug }: TeamSyncInput): Promise<TeamSyncResult> {
  setCurrentDetails(`**Now:** opens the sync of \`${slug}\`.`);
  const { workflowId, runId } = workflowInfo();
  const begun = await record.beginSync.executeWithOptions({ summary: 'Open the run' }, [
    { connectionId, workflowId, runId },
  ]);
  if ('ended' in begun) {
    setCurrentDetails(`**Nothing done:** the connection \`${slug}\` is gone.`);
    return { outcome: 'connection ended' };
  }
  if ('underWay' in begun) {
    setCurrentDetails(`**Nothing done:** sync ${begun.underWay} of \`${slug}\` is under way.`);
    return { outcome: 'under way already' };
  }
  try {
    await compareWithDropbox({ syncId: begun.syncId, slug });
  } catch (error) {
    const { code, tag } = reasonOf(error);
    // A run that somebody cancels has to clean up as well.
    await CancellationScope.nonCancellable(() =>
      record.failSync.executeWithOptions({ summary: 'Throw the partial listing away' }, [
        { syncId: begun.syncId, code, ...(tag === undefined ? {} : { tag }) },
      ]),
    );
    setCurrentDetails(
      `**Failed** (${code}): nothing was changed. The next run starts over; the API says what to do.`,
    );
    if (isCancellation(error)) throw error;
    throw ApplicationFailure.nonRetryable(`The sync failed: ${code}`, code);
  }
  return { outcome: 'succeeded' };
}

async function compareWithDropbox({ syncId, slug }: { syncId: string; slug: string }): Promise<void> {
  setCurrentDetails(
    `**Phase 1 of 4:** lists the members of \`${slug}\`. Progress: sync ${syncId} in the API.`,
  );
  const listed = await listing.listMembers.executeWithOptions({ summary: 'List the members' }, [{ syncId }]);
  const { events, unknownTypes, sessions, said } = await readUse({ syncId, slug });
  setCurrentDetails(`**Phase 4 of 4:** compares ${listed.members} members with what was known.`);
  const compared = await record.compareMembers.executeWithOptions({ summary: 'Compare the listing' }, [
    { syncId },
  ]);
  if (compared.missing > 0) {
    await listing.confirmMissing.executeWithOptions(
      { summary: `Ask Dropbox about ${compared.missing} members that the listing did not show` },
      [{ syncId }],
    );
  }
  const { woken } = await record.restartSeats.executeWithOptions({ summary: 'Start what should be open' }, [
    { syncId },
  ]);
  const seatsWoken = compared.seatsWoken + woken;
  const report = { ...compared, seatsWoken, events, unknownTypes, sessions };
  await record.finishSync.executeWithOptions({ summary: 'Close the run' }, [{ syncId, report }]);
  setCurrentDetails(
    `**Done:** ${report.members} members on ${report.pages} pages; ${report.joined} new, ${report.changed} changed, ` +
      `${report.missing} not shown; ${seatsWoken} seats woken. ${said}`,
  );
}

/** Activity and licences. @returns how it went, and in words for people */
async function readUse({ syncId, slug }: { syncId: string; slug: string }) {
  setCurrentDetails(`**Phase 2 of 4:** reads when the members of \`${slug}\` were last active.`);
  const log = await listing.readActivity.executeWithOptions({ summary: 'Read the audit log' }, [{ syncId }]);
  const { sessions } = await listing.readDevices.executeWithOptions(
    { summary: 'Read when devices were last used' },
    [{ syncId }],
  );
  setCurrentDetails(`**Phase 3 of 4:** asks how many licences \`${slug}\` has.`);
  const licences = await listing.countLicences.executeWithOptions({ summary: 'Count the licences' }, [
    { syncId },
  ]);
  const said = [
    `${log.events} events read, ${log.unknownTypes} of unknown types; ${sessions} sessions of devices.`,
    log.problem === undefined ? '' : `Activity is not known (${log.problem}); the API says what to do.`,
    licences === null
      ? 'Licences were not counted.'
      : `${licences.used} of ${licences.purchased} licences used.`,
  ].filter((part) => part !== '');
  return { events: log.events, unknownTypes: log.unknownTypes, sessions, said: said.join(' ') };
}

/** Activities fail with our codes as failure types; anything else is a defect of ours. */
function reasonOf(error: unknown): { code: string; tag?: string } {
  if (isCancellation(error)) return { code: 'sync_interrupted' };
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return { code: 'internal' };
  const tag: unknown = (cause.details?.[0] as { tag?: unknown } | undefined)?.tag;
  return { code: cause.type ?? 'internal', ...(typeof tag === 'string' ? { tag } : {}) };
}
