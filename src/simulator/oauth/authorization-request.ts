import type { World } from '../world.ts';

/** What an app asks a person for, checked. */
export interface AuthorizationRequest {
  readonly redirectUri: string | null;
  readonly state: string | null;
  readonly scopes: readonly string[];
  readonly offline: boolean;
  readonly challenge: { value: string; method: 'S256' | 'plain' } | null;
}

/** Shown to the person as a page; there is no safe place to send the browser back to. */
export interface AuthorizationProblem {
  readonly problem: string;
}

type Parameters = Readonly<Record<string, string | undefined>>;

export function readAuthorizationRequest({
  world,
  parameters,
}: {
  world: World;
  parameters: Parameters;
}): AuthorizationRequest | AuthorizationProblem {
  const { options, settings } = world;
  if (parameters.client_id !== options.appKey) {
    return { problem: 'This app does not exist: the client_id is not known.' };
  }
  const responseType = parameters.response_type;
  if (responseType !== 'code') return { problem: 'The response_type must be "code".' };
  const redirectUri = parameters.redirect_uri ?? null;
  if (redirectUri !== null && !isRegistered({ redirectUri, registered: options.redirectUris })) {
    return { problem: 'The redirect_uri is not one that is registered for this app.' };
  }
  const state = parameters.state ?? null;
  if (state !== null && Buffer.byteLength(state) > 500)
    return { problem: 'The state is longer than 500 bytes.' };
  const scopes = readScopes({ asked: parameters.scope, enabled: settings.appScopes });
  if ('problem' in scopes) return scopes;
  const accessType = parameters.token_access_type ?? 'online';
  if (!['offline', 'online', 'legacy'].includes(accessType)) {
    return { problem: 'The token_access_type must be offline, online or legacy.' };
  }
  const value = parameters.code_challenge;
  const method = parameters.code_challenge_method ?? 'plain';
  if (method !== 'S256' && method !== 'plain') {
    return { problem: 'The code_challenge_method must be S256 or plain.' };
  }
  if (value !== undefined && !/^[A-Za-z0-9\-._~]{43,128}$/.test(value)) {
    return { problem: 'The code_challenge must have 43 to 128 unreserved characters.' };
  }
  return {
    redirectUri,
    state,
    scopes: scopes.scopes,
    offline: accessType === 'offline',
    challenge: value === undefined ? null : { value, method },
  };
}

/** Left out means all the app has; present but empty is an error at Dropbox. */
function readScopes({
  asked,
  enabled,
}: {
  asked: string | undefined;
  enabled: readonly string[];
}): { scopes: readonly string[] } | AuthorizationProblem {
  if (asked === undefined) return { scopes: enabled };
  const scopes = asked.split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0)
    return { problem: 'The scope parameter is empty; leave it out to ask for everything.' };
  const foreign = scopes.filter((scope) => !enabled.includes(scope));
  if (foreign.length > 0) return { problem: `The app has not enabled the scope ${foreign.join(', ')}.` };
  return { scopes: [...new Set(scopes)] };
}

function isRegistered({
  redirectUri,
  registered,
}: {
  redirectUri: string;
  registered: readonly string[];
}): boolean {
  if (registered.length > 0) return registered.includes(redirectUri);
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname, hash } = new URL(redirectUri);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return local && hash === '' && (protocol === 'http:' || protocol === 'https:');
}

/** Scopes that only a team can grant; any of them makes the token a team's. */
export const isTeamScope = (scope: string): boolean =>
  /^(team_info|team_data|members|groups|sessions|events)\./.test(scope);
