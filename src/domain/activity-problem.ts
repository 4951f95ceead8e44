/** Why a team's activity is not known, in words an operator can act on. Pure; no personal data, no tokens. */
import type { FailureCode } from './failures.ts';
import type { SyncProblem } from './sync-problem.ts';

/** What ends a reading of the audit log besides the failures of a single call. */
export type LogTrouble =
  /** Dropbox dropped the cursor again and again. */
  | 'log_interrupted'
  /** It goes on and on without events. */
  | 'log_endless';

type ActivityProblemCode = FailureCode | LogTrouble | 'internal';

const REAUTHORISE =
  'Have a team admin reauthorise the connection (POST /v1/connections/{connection}/reauthorizations).';
const NEXT_RUN =
  'The next sync goes on where this one stopped; POST /v1/connections/{connection}/syncs starts one now.';

const UNREACHED = { detail: 'Dropbox did not give its audit log out.', nextStep: NEXT_RUN };

const WORDS: Record<ActivityProblemCode, { detail: string; nextStep: string }> = {
  scope_missing: {
    detail: 'The authorisation lacks the permission to read the audit log (events.read).',
    nextStep: `Enable events.read for the app in the Dropbox App Console. ${REAUTHORISE}`,
  },
  access_denied: {
    detail:
      "Dropbox denies access to the audit log: the team's plan, or the admin who connected it, has none.",
    nextStep: `Check in the Dropbox Admin Console whether the team has the Activity page. ${NEXT_RUN}`,
  },
  dropbox_rate_limited: {
    detail: 'Dropbox asks for fewer calls than the audit log needs.',
    nextStep: `Look for other apps that call Dropbox for this team at the same time. ${NEXT_RUN}`,
  },
  dropbox_unavailable: {
    detail: 'Dropbox answered with errors of its own when it was asked for its audit log.',
    nextStep: `See status.dropbox.com. ${NEXT_RUN}`,
  },
  dropbox_unreachable: {
    detail: 'Dropbox could not be reached for its audit log, or did not answer in time.',
    nextStep: NEXT_RUN,
  },
  dropbox_unreadable: {
    detail: 'Dropbox, or something on the way to it, answered with what is no audit log.',
    nextStep: NEXT_RUN,
  },
  dropbox_refused: { detail: 'Dropbox refused to give out its audit log.', nextStep: NEXT_RUN },
  dropbox_rejected_request: {
    detail: 'Dropbox rejected the request for its audit log as wrong. That is a defect of Seatkeeper.',
    nextStep: 'Report it with the time of this run; updating Seatkeeper may help.',
  },
  log_interrupted: {
    detail: 'Dropbox broke the reading of its audit log off again and again.',
    nextStep: NEXT_RUN,
  },
  log_endless: {
    detail: 'The audit log goes on and on without events, and does not come to an end.',
    nextStep: NEXT_RUN,
  },
  // These end the whole run, or cannot come from reading; they have words all the same.
  grant_revoked: { ...UNREACHED, nextStep: REAUTHORISE },
  app_credentials_refused: UNREACHED,
  job_in_progress: UNREACHED,
  call_too_late: {
    ...UNREACHED,
    detail: 'This machine was too busy to ask Dropbox for its audit log in time.',
  },
  internal: {
    detail: 'Seatkeeper itself failed when it read the audit log.',
    nextStep: `Look into the worker's log at the time of this run. ${NEXT_RUN}`,
  },
};

const CONSEQUENCE = 'Until it is read, nobody is called dormant.';

const isKnown = (code: string): code is ActivityProblemCode => Object.hasOwn(WORDS, code);

export function activityProblem({ code }: { code: string }): SyncProblem {
  const known = isKnown(code) ? code : 'internal';
  const { detail, nextStep } = WORDS[known];
  return { code: known, detail: `${detail} ${CONSEQUENCE}`, nextStep };
}
