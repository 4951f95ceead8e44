/** From the code of a callback to a grant that fits what was asked for, or the reason why it does not. */
import type { Granted, TakenUp } from '../../commands/authorizations.ts';
import type { FailureCode } from '../../domain/failures.ts';
import { DropboxFailure, type Grant } from '../../dropbox/oauth.ts';
import type { Http } from '../deps.ts';
import {
  APP_REFUSED,
  CODE_REFUSED,
  DROPBOX_AWAY,
  DROPBOX_ERROR,
  type GrantProblem,
  NOT_TEAM_ADMIN,
  PERSONAL_ACCOUNT,
  scopesMissing,
} from './refusals.ts';
import { callbackUrl } from './trip.ts';

/** Asked for, and done without where a team's plan does not have it. */
const OPTIONAL_SCOPES = new Set(['sessions.list']);
/** Without these there is nothing to sync, whatever DROPBOX_SCOPES says. */
const LEAST_SCOPES = ['team_info.read', 'members.read'];

export type Exchanged = { granted: Granted } | { problem: GrantProblem };

export async function exchangeGrant({
  http,
  taken,
  code,
}: {
  http: Http;
  taken: TakenUp;
  code: string;
}): Promise<Exchanged> {
  try {
    const grant = await http.oauth.exchangeCode({
      code,
      redirectUri: callbackUrl(http.config),
      codeVerifier: taken.codeVerifier,
    });
    return await judgeGrant({ http, taken, grant });
  } catch (error) {
    if (!(error instanceof DropboxFailure)) throw error;
    return { problem: problemOf(error) };
  }
}

async function judgeGrant({
  http,
  taken,
  grant,
}: {
  http: Http;
  taken: TakenUp;
  grant: Grant;
}): Promise<Exchanged> {
  if (grant.teamId === undefined) return { problem: PERSONAL_ACCOUNT };
  // Without the field the grant is what was asked for (RFC 6749, section 5.1).
  const scopes = [...(grant.scopes ?? taken.requestedScopes)];
  const required = new Set([...taken.requestedScopes, ...LEAST_SCOPES]);
  const missing = [...required].filter((scope) => !scopes.includes(scope) && !OPTIONAL_SCOPES.has(scope));
  if (missing.length > 0) return { problem: scopesMissing(missing) };
  const about = await http.describeGrant(grant.accessToken);
  return { granted: { ...about, scopes, refreshToken: grant.refreshToken } };
}

function problemOf(failure: DropboxFailure): GrantProblem {
  if (failure.tag === 'admin_not_active') return NOT_TEAM_ADMIN;
  const problems: Record<FailureCode, GrantProblem> = {
    dropbox_rate_limited: DROPBOX_AWAY,
    dropbox_unavailable: DROPBOX_AWAY,
    dropbox_unreachable: DROPBOX_AWAY,
    dropbox_unreadable: DROPBOX_AWAY,
    job_in_progress: DROPBOX_AWAY,
    call_too_late: DROPBOX_AWAY,
    grant_revoked: DROPBOX_ERROR,
    scope_missing: scopesMissing([failure.scope ?? 'team_info.read']),
    app_credentials_refused: APP_REFUSED,
    access_denied: NOT_TEAM_ADMIN,
    dropbox_refused: failure.tag === 'invalid_grant' ? CODE_REFUSED : DROPBOX_ERROR,
    dropbox_rejected_request: DROPBOX_ERROR,
  };
  return problems[failure.code];
}
