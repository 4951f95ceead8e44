/**
 * One daily comparison of a connection with Dropbox.
 *
 *   members   the whole team, removed members too, streamed page by page into staging
 *   compare   staging against what was known; members that were not shown are asked about one by one; seats that
 *             differ are woken, and lifecycles that should be open and are not are started again
 *
 * Its cost does not grow with the team: one activity a phase. A listing that did not finish decides nothing: the run
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
    `**Phase 1 of 2:** lists the members of \`${slug}\`. Progress: sync ${syncId} in the API.`,
  );
  const listed = await listing.listMembers.executeWithOptions({ summary: 'List the members' }, [{ syncId }]);
  setCurrentDetails(`**Phase 2 of 2:** compares ${listed.members} members with what was known.`);
  const report = await record.compareMembers.executeWithOptions({ summary: 'Compare the listing' }, [
    { syncId },
  ]);
  if (report.missing > 0) {
    await listing.confirmMissing.executeWithOptions(
      { summary: `Ask Dropbox about ${report.missing} members that the listing did not show` },
      [{ syncId }],
    );
  }
  const { woken } = await record.restartSeats.executeWithOptions({ summary: 'Start what should be open' }, [
    { syncId },
  ]);
  const whole = { ...report, seatsWoken: report.seatsWoken + woken };
  await record.finishSync.executeWithOptions({ summary: 'Close the run' }, [{ syncId, report: whole }]);
  setCurrentDetails(
    `**Done:** ${whole.members} members on ${whole.pages} pages; ${whole.joined} new, ${whole.changed} changed, ` +
      `${whole.missing} not shown; ${whole.seatsWoken} seats woken.`,
  );
}

/** Activities fail with our codes as failure types; anything else is a defect of ours. */
function reasonOf(error: unknown): { code: string; tag?: string } {
  if (isCancellation(error)) return { code: 'sync_interrupted' };
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return { code: 'internal' };
  const tag: unknown = (cause.details?.[0] as { tag?: unknown } | undefined)?.tag;
  return { code: cause.type ?? 'internal', ...(typeof tag === 'string' ? { tag } : {}) };
}
