import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type Router } from 'express';
import type { LedgerCall } from '../ledger.ts';
import { type Answer, jsonAnswer } from '../rpc/answer.ts';
import { deliver } from '../rpc/delivery.ts';
import { spoiled } from '../rpc/spoiling.ts';
import type { World } from '../world.ts';
import type { Grant } from './grant.ts';

type Parameters = Record<string, string | undefined>;

interface Credentials {
  readonly key: string | undefined;
  readonly secret: string | undefined;
}

/** OAuth's errors have neither tag nor summary. */
const oauthError = ({
  error,
  text,
  status = 400,
}: {
  error: string;
  text: string;
  status?: number;
}): Answer => jsonAnswer({ error, error_description: text }, status);

const invalidGrant = (text: string): Answer => oauthError({ error: 'invalid_grant', text });

/** `/oauth2/token`. Parameters come as a form, or in the query as the official SDK sends them. */
export function tokenRouter(world: World): Router {
  const router = express.Router();
  router.post('/', express.urlencoded({ extended: false, type: () => true }), async (request, response) => {
    const parameters: Parameters = { ...flat(request.query), ...flat(request.body ?? {}) };
    const route = 'oauth2/token';
    // Codes, secrets and refresh tokens stay out of the ledger.
    const body = { grant_type: parameters.grant_type ?? null, scope: parameters.scope ?? null };
    const requestId = randomBytes(16).toString('hex');
    const entry = world.ledger.openCall({ method: 'POST', route, body, requestId });
    const fault = world.faults.strike({ route, body });
    entry.fault = fault?.kind ?? null;
    const credentials = credentialsOf({ authorization: request.headers.authorization, parameters });
    const delivery = spoiled({ fault, produce: () => exchange({ world, parameters, credentials, entry }) });
    response.setHeader('X-Dropbox-Request-Id', requestId);
    response.setHeader('Date', new Date(world.clock.nowMs()).toUTCString());
    await deliver({ delivery, entry, response });
  });
  return router;
}

function exchange({
  world,
  parameters,
  credentials,
  entry,
}: {
  world: World;
  parameters: Parameters;
  credentials: Credentials;
  entry: LedgerCall;
}): Answer {
  const { appKey, appSecret } = world.options;
  if (credentials.key !== appKey) {
    return oauthError({ error: 'invalid_client', text: 'Invalid client_id or client_secret', status: 401 });
  }
  const hasSecret = credentials.secret !== undefined;
  if (hasSecret && !isSame(credentials.secret ?? '', appSecret)) {
    return oauthError({ error: 'invalid_client', text: 'Invalid client_id or client_secret', status: 401 });
  }
  switch (parameters.grant_type) {
    case 'authorization_code':
      return exchangeCode({ world, parameters, hasSecret, entry });
    case 'refresh_token':
      return refresh({ world, parameters, entry });
    case undefined:
      return oauthError({ error: 'invalid_request', text: 'No grant type specified' });
    default:
      return oauthError({ error: 'unsupported_grant_type', text: 'invalid grant type' });
  }
}

/** A code that was tried with the wrong address or verifier stays good: only the exchange uses it up. */
function exchangeCode({
  world,
  parameters,
  hasSecret,
  entry,
}: {
  world: World;
  parameters: Parameters;
  hasSecret: boolean;
  entry: LedgerCall;
}): Answer {
  const code = parameters.code;
  if (code === undefined)
    return oauthError({ error: 'invalid_request', text: 'Missing required parameter: code' });
  const grant = world.grants.byFreshCode(code);
  if (grant === undefined) return invalidGrant("code doesn't exist or has expired");
  if ((parameters.redirect_uri ?? null) !== grant.code.redirectUri)
    return invalidGrant('redirect_uri mismatch');
  const { challenge } = grant.code;
  const verifier = parameters.code_verifier;
  if (challenge === null && !hasSecret) {
    return oauthError({ error: 'invalid_client', text: 'A client_secret or PKCE is needed', status: 401 });
  }
  if (challenge !== null && !verifies({ challenge, verifier })) {
    return invalidGrant('invalid code verifier');
  }
  world.grants.markCodeUsed(grant);
  const { token, expiresInSeconds } = world.grants.accessToken({ grant });
  noteTeam({ world, grant, entry });
  return jsonAnswer({
    access_token: token,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    ...(grant.offline ? { refresh_token: world.grants.refreshToken(grant) } : {}),
    scope: grant.scopes.join(' '),
    ...ownerOf({ world, grant }),
  });
}

/** `scope` may narrow what this one access token can do; the grant itself keeps all. */
function refresh({
  world,
  parameters,
  entry,
}: {
  world: World;
  parameters: Parameters;
  entry: LedgerCall;
}): Answer {
  const token = parameters.refresh_token;
  if (token === undefined) {
    return oauthError({ error: 'invalid_request', text: 'Missing required parameter: refresh_token' });
  }
  if (!/^[A-Za-z0-9_-]{20,}$/.test(token)) return invalidGrant('refresh token is malformed');
  const grant = world.grants.byRefreshToken(token);
  if (grant === undefined) return invalidGrant('refresh token is invalid or revoked');
  const asked = parameters.scope?.split(' ').filter((scope) => scope !== '');
  if (asked?.some((scope) => !grant.scopes.includes(scope))) {
    return oauthError({ error: 'invalid_scope', text: 'A scope was asked for that had not been granted' });
  }
  const access = world.grants.accessToken({ grant, ...(asked === undefined ? {} : { scopes: asked }) });
  noteTeam({ world, grant, entry });
  // No new refresh token: the old one stays good.
  return jsonAnswer({
    access_token: access.token,
    token_type: 'bearer',
    expires_in: access.expiresInSeconds,
    ...(asked === undefined ? {} : { scope: asked.join(' ') }),
  });
}

/** A team's token names the team and no account; a person's names the account. */
function ownerOf({ world, grant }: { world: World; grant: Grant }): Record<string, string> {
  if (grant.team !== null) return { uid: '', team_id: world.team(grant.team).id };
  return { uid: '271828182', account_id: 'dbid:AAHpersonalaccountofthesimulator001' };
}

function noteTeam({ world, grant, entry }: { world: World; grant: Grant; entry: LedgerCall }): void {
  if (grant.team !== null) entry.team = world.team(grant.team).id;
}

function verifies({
  challenge,
  verifier,
}: {
  challenge: { value: string; method: 'S256' | 'plain' };
  verifier: string | undefined;
}): boolean {
  if (verifier === undefined) return false;
  const derived =
    challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  return isSame(derived, challenge.value);
}

/** HTTP Basic, or the two parameters; a public client sends its key alone and proves itself by PKCE. */
function credentialsOf({
  authorization,
  parameters,
}: {
  authorization: string | undefined;
  parameters: Parameters;
}): Credentials {
  const basic = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return { key: parameters.client_id, secret: parameters.client_secret };
  const decoded = Buffer.from(basic, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return { key: decoded, secret: undefined };
  return { key: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}

/** In constant time. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function flat(values: Record<string, unknown>): Parameters {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
