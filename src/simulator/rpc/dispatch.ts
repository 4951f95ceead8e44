import type { auth } from 'dropbox';
import type { Fault } from '../faults.ts';
import type { LedgerCall } from '../ledger.ts';
import { type TokenLook, tokenIdOf } from '../oauth/grants.ts';
import { ROUTES } from '../routes/table.ts';
import type { World } from '../world.ts';
import { type Answer, badRequest, jsonAnswer, taggedAnswer, textAnswer } from './answer.ts';
import { rateLimited } from './rate-limit.ts';
import { type Call, Refusal, type Route } from './route.ts';
import { BadArgument } from './shapes.ts';

export interface IncomingCall {
  readonly method: string;
  /** Without the leading `/2/`. */
  readonly route: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly rawBody: string;
}

/** The second spelling is what browsers send to avoid a preflight; Dropbox takes it. */
const JSON_TYPES = /^(application\/json|text\/plain;\s*charset=dropbox-cors-hack)\s*(;|$)/i;

/** One call under `/2/`, from its headers to its answer, in the order in which Dropbox checks. */
export function dispatch({
  world,
  incoming,
  entry,
  fault,
}: {
  world: World;
  incoming: IncomingCall;
  entry: LedgerCall;
  fault: Fault | null;
}): Answer {
  const route = ROUTES.get(incoming.route);
  if (route === undefined) {
    return textAnswer({ status: 400, body: `Unknown API function: "${incoming.route}"` });
  }
  if (incoming.method !== 'POST') {
    return badRequest({
      route: route.name,
      problem: `This function only accepts POST, not ${incoming.method}.`,
    });
  }
  const look = lookAtToken({ world, authorization: incoming.authorization, entry });
  if (look.state !== 'good') {
    const tag = look.state === 'expired' ? 'expired_access_token' : 'invalid_access_token';
    return authError({ '.tag': tag });
  }
  const team = look.grant.team === null ? null : world.team(look.grant.team);
  if (team !== null) {
    const limited = rateLimited({ world, team });
    if (limited !== null) return limited;
  }
  const denial = denialOf({ world, route, look });
  if (denial !== null) return denial;
  return run({ route, incoming, entry, call: { world, grant: look.grant, fault } });
}

const authError = (error: auth.AuthError): Answer => taggedAnswer({ status: 401, error: { ...error } });

/** A missing, malformed or unknown token are all the same to Dropbox: 401 `invalid_access_token`. */
function lookAtToken({
  world,
  authorization,
  entry,
}: {
  world: World;
  authorization: string | undefined;
  entry: LedgerCall;
}): TokenLook {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return { state: 'invalid' };
  entry.tokenId = tokenIdOf(token);
  const look = world.grants.byAccessToken(token);
  if (look.state !== 'good' || look.grant.team === null) return look;
  const team = world.team(look.grant.team);
  entry.team = team.id;
  if (!world.settings.adminInactiveKeepsTokenAlive && look.grant.admin !== null) {
    const admin = team.roster.at(look.grant.admin);
    if (admin.status.kind !== 'active' || admin.roleIds.length === 0) return { state: 'invalid' };
  }
  return look;
}

/** The wrong kind of token and a scope missing from the app are 400 in plain text; one missing from the token is 401. */
function denialOf({
  world,
  route,
  look,
}: {
  world: World;
  route: Route;
  look: Extract<TokenLook, { state: 'good' }>;
}): Answer | null {
  const { name, scope } = route;
  const isTeamToken = look.grant.team !== null;
  if (route.auth === 'team' && !isTeamToken) {
    return badRequest({
      route: name,
      problem: 'This function works on a team, and the access token belongs to a single account.',
    });
  }
  const isRevoke = name === 'auth/token/revoke';
  if (isTeamToken && (route.auth === 'user' || (isRevoke && !world.settings.revokeAcceptsTeamToken))) {
    return badRequest({
      route: name,
      problem: 'This function works on a single account, and the access token belongs to a whole team.',
    });
  }
  if (scope === null) return null;
  if (!world.settings.appScopes.includes(scope)) {
    return badRequest({
      route: name,
      problem:
        `Your app is not permitted to access this endpoint because it does not have the required scope '${scope}'. ` +
        `The owner of the app can enable the scope for the app using the Permissions tab on the App Console.`,
    });
  }
  if (look.scopes.includes(scope)) return null;
  return authError({ '.tag': 'missing_scope', required_scope: scope });
}

/** The body, from its type to the route's own errors. */
function run({
  route,
  incoming,
  entry,
  call,
}: {
  route: Route;
  incoming: IncomingCall;
  entry: LedgerCall;
  call: Call;
}): Answer {
  const { rawBody, contentType } = incoming;
  if ((rawBody !== '' || !route.isVoid) && !JSON_TYPES.test(contentType ?? '')) {
    return badRequest({
      route: route.name,
      problem: `Bad HTTP "Content-Type" header: "${contentType ?? ''}". Expecting "application/json".`,
    });
  }
  let body: unknown = null;
  try {
    if (rawBody !== '') body = JSON.parse(rawBody);
  } catch {
    return badRequest({ route: route.name, problem: 'request body: could not decode input as JSON' });
  }
  const isEmpty = body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  if (route.isVoid && !isEmpty) {
    return badRequest({ route: route.name, problem: 'request body: expected null, got a value' });
  }
  try {
    const place = { path: '', unknownFields: entry.unknownFields };
    return jsonAnswer(route.run({ call, body, place }));
  } catch (error) {
    if (error instanceof BadArgument) {
      return badRequest({ route: route.name, problem: `request body: ${error.message}` });
    }
    if (error instanceof Refusal) return taggedAnswer({ status: 409, error: { ...error.error } });
    throw error;
  }
}
