/** Why an authorisation came to nothing, in plain words, with what to do. */

export type GrantProblem = { code: string; detail: string; nextStep: string };

const BEGIN_AGAIN = 'begin again with POST /v1/authorizations';

export const REFUSED_AT_DROPBOX: GrantProblem = {
  code: 'access_denied',
  detail: 'The authorisation was refused at Dropbox.',
  nextStep: `Only team admins can install team apps: sign in to Dropbox as a team admin, ${BEGIN_AGAIN}, and choose Allow.`,
};

export const DROPBOX_ERROR: GrantProblem = {
  code: 'dropbox_error',
  detail: 'Dropbox ended the authorisation with an error.',
  nextStep: `Check the app in Dropbox's App Console (scopes, redirect URI, number of teams), then ${BEGIN_AGAIN}.`,
};

export const PERSONAL_ACCOUNT: GrantProblem = {
  code: 'personal_account',
  detail: 'A personal Dropbox account was chosen; only a team can be connected.',
  nextStep: `Open the address in a private window, so that Dropbox asks who you are, sign in as a team admin, and ${BEGIN_AGAIN}.`,
};

export const NOT_TEAM_ADMIN: GrantProblem = {
  code: 'not_team_admin',
  detail: 'Only team admins can install team apps, and this account is not an active team admin.',
  nextStep: `Ask a team admin to sign in to Dropbox, then ${BEGIN_AGAIN}.`,
};

export const CODE_REFUSED: GrantProblem = {
  code: 'code_refused',
  detail: 'Dropbox did not accept the code of this authorisation: it was used before, or it is too old.',
  nextStep: `Please ${BEGIN_AGAIN}.`,
};

export const APP_REFUSED: GrantProblem = {
  code: 'app_credentials_refused',
  detail: 'Dropbox did not accept the key and secret of the app.',
  nextStep: `Check DROPBOX_APP_KEY and DROPBOX_APP_SECRET against Dropbox's App Console, then ${BEGIN_AGAIN}.`,
};

export const DROPBOX_AWAY: GrantProblem = {
  code: 'dropbox_unavailable',
  detail: 'Dropbox could not be reached, or did not answer as it should.',
  nextStep: `Wait a moment, then ${BEGIN_AGAIN}.`,
};

export const scopesMissing = (scopes: readonly string[]): GrantProblem => ({
  code: 'scope_missing',
  detail: `The grant lacks ${scopes.length === 1 ? 'the scope' : 'the scopes'} ${scopes.join(', ')}.`,
  nextStep: `Enable what is missing for the app in Dropbox's App Console (Permissions), then ${BEGIN_AGAIN}.`,
});
