/** Why a sync failed, in words an operator can act on. Pure; no personal data, no tokens. */
import { dispositionOf, FAILURES, type FailureCode } from './failures.ts';

/** `code` is stable for programmes, the rest is for people. */
export type SyncProblem = { code: string; detail: string; nextStep: string };

/** What can end a sync besides the failures of a single call. All are final for the run; the next one starts over. */
type SyncFailureCode =
  | FailureCode
  /** Dropbox says that the team has no members at all. */
  | 'listing_empty'
  /** The listing cannot be the whole team: the connecting admin is not in it, or it never comes to an end. */
  | 'listing_incomplete'
  /** The run's worker or workflow ended before the run did. */
  | 'sync_interrupted'
  | 'connection_paused'
  | 'connection_broken'
  | 'connection_ended'
  /** A defect or an outage of ours. */
  | 'internal';

const REAUTHORISE =
  'Have a team admin reauthorise the connection (POST /v1/connections/{connection}/reauthorizations).';
const NEXT_RUN = 'The next run comes by schedule; POST /v1/connections/{connection}/syncs starts one now.';
const NOTHING_CHANGED = 'Nothing was changed.';
const LISTING_KEPT = 'The listing before it was complete, and what it showed was taken over.';

const WORDS: Record<SyncFailureCode, { detail: string; nextStep: string }> = {
  dropbox_rate_limited: {
    detail: 'Dropbox asks for fewer calls than the listing of the members needs.',
    nextStep: `Look for other apps that call Dropbox for this team at the same time. ${NEXT_RUN}`,
  },
  dropbox_unavailable: {
    detail: 'Dropbox answers with errors of its own.',
    nextStep: `See status.dropbox.com. ${NEXT_RUN}`,
  },
  dropbox_unreachable: {
    detail: 'Dropbox cannot be reached, or does not answer in time.',
    nextStep: `Check that this machine's network, proxy and DNS let it reach Dropbox. ${NEXT_RUN}`,
  },
  dropbox_unreadable: {
    detail: 'Dropbox, or something on the way to it, answers with what is not a list of members.',
    nextStep: `Check whether a proxy or a sign-in page of the network answers in Dropbox's place. ${NEXT_RUN}`,
  },
  job_in_progress: {
    detail: 'Dropbox has not finished an earlier job.',
    nextStep: NEXT_RUN,
  },
  call_too_late: {
    detail: 'This machine is too busy to call Dropbox in time.',
    nextStep: `Give the worker more room, or run more workers. ${NEXT_RUN}`,
  },
  grant_revoked: {
    detail: 'Dropbox no longer accepts the authorisation: it was revoked, or the app was removed.',
    nextStep: REAUTHORISE,
  },
  scope_missing: {
    detail: 'The authorisation lacks a permission that reading the members needs.',
    nextStep: `Enable the permission for the app in the Dropbox App Console. ${REAUTHORISE}`,
  },
  app_credentials_refused: {
    detail: "Dropbox refuses the app's key or secret.",
    nextStep: 'Correct DROPBOX_APP_KEY and DROPBOX_APP_SECRET, and start Seatkeeper again.',
  },
  access_denied: {
    detail: 'Dropbox denies access: the team, its plan, or the admin who connected it may no longer use it.',
    nextStep: `Check in the Dropbox Admin Console that the team is active and the admin still an admin. ${REAUTHORISE}`,
  },
  dropbox_refused: {
    detail: 'Dropbox refused to list the members.',
    nextStep: `The code of the refusal names the reason. ${NEXT_RUN}`,
  },
  dropbox_rejected_request: {
    detail: 'Dropbox rejected the request as wrong. That is a defect of Seatkeeper.',
    nextStep: 'Report it with the time of this run; updating Seatkeeper may help.',
  },
  listing_empty: {
    detail: 'Dropbox listed no members at all, which cannot be: the connecting admin is one.',
    nextStep: `Look at the members in the Dropbox Admin Console. ${NEXT_RUN}`,
  },
  listing_incomplete: {
    detail: 'The listing is not the whole team: the admin who connected it is not in it.',
    nextStep: `If that admin has left the team: ${REAUTHORISE} Otherwise wait. ${NEXT_RUN}`,
  },
  sync_interrupted: {
    detail: 'The run ended before it was done: its worker stopped, or its workflow was ended by hand.',
    nextStep: `Check that a worker is running. ${NEXT_RUN}`,
  },
  connection_paused: {
    detail: 'The connection is paused, so Dropbox is not called.',
    nextStep: 'Resume it (POST /v1/connections/{connection}/resume).',
  },
  connection_broken: {
    detail: 'The connection is broken, so Dropbox is not called.',
    nextStep: REAUTHORISE,
  },
  connection_ended: {
    detail: 'The connection was deleted during the run.',
    nextStep: 'Nothing needs to be done.',
  },
  internal: {
    detail: 'Seatkeeper itself failed.',
    nextStep: `Look into the worker's log at the time of this run. ${NEXT_RUN}`,
  },
};

/** Refusals that say more than their code. */
const WORDS_OF_TAG: Record<string, string> = {
  'listing_incomplete/invalid_cursor':
    'Dropbox broke the listing off again and again; it was started over five times.',
  'listing_incomplete/no_progress': 'The listing brought a hundred pages in a row without a new member.',
};

/** Codes of which the tag tells an operator more; elsewhere it is Dropbox's name for the same thing. */
const TELLING: ReadonlySet<SyncFailureCode> = new Set(['scope_missing', 'dropbox_refused']);

const isKnown = (code: string): code is SyncFailureCode => Object.hasOwn(WORDS, code);

/**
 * @param tag Dropbox's own name of a refusal, the scope that is missing, or what made a listing incomplete
 * @param isTrying the run has not given up yet: nobody has to do anything
 * @param isCompared it failed after a complete listing had been compared
 */
export function syncProblem({
  code,
  tag,
  isTrying = false,
  isCompared = false,
}: {
  code: string;
  tag?: string | undefined;
  isTrying?: boolean;
  isCompared?: boolean;
}): SyncProblem {
  const known = isKnown(code) ? code : 'internal';
  const words = WORDS[known];
  const tagged = tag !== undefined && TELLING.has(known) ? `${words.detail.slice(0, -1)} (${tag}).` : null;
  const said = WORDS_OF_TAG[`${known}/${tag}`] ?? tagged ?? words.detail;
  if (isTrying) {
    return { code: known, detail: said, nextStep: 'Nothing yet: the run goes on trying for 15 minutes.' };
  }
  const outcome = isCompared ? LISTING_KEPT : NOTHING_CHANGED;
  return { code: known, detail: `${said} ${outcome}`, nextStep: words.nextStep };
}

/** Whether the same call may succeed by itself a moment later. */
export const mayPass = (code: string): boolean =>
  code === 'internal' || (Object.hasOwn(FAILURES, code) && dispositionOf(code as FailureCode) === 'retry');
