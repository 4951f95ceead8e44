/** Sends a team admin's browser to Dropbox: PKCE S256, a one-time state, ten minutes. */
import { type Access, beginAuthorization } from '../../commands/authorizations.ts';
import { CommandRefusal } from '../../commands/refusal.ts';
import { authorizeUrl, createPkce } from '../../dropbox/oauth.ts';
import { WRITE_SCOPES } from '../../read-model/connections.ts';
import type { AppConfig, Http } from '../deps.ts';

const isWriteScope = (scope: string): boolean => (WRITE_SCOPES as readonly string[]).includes(scope);

export const callbackUrl = ({ publicUrl }: Pick<AppConfig, 'publicUrl'>): string =>
  `${publicUrl}/oauth/dropbox/callback`;

/**
 * Without a wish it is as much as the app has. An explicit `provision` that the app cannot give is refused now
 * rather than on Dropbox's page.
 */
function resolveAccess({ wish, scopes }: { wish: Access | undefined; scopes: readonly string[] }): Access {
  const missing = WRITE_SCOPES.filter((scope) => !scopes.includes(scope));
  if (wish === 'provision' && missing.length > 0) {
    throw new CommandRefusal({
      code: 'scope_missing',
      detail: `DROPBOX_SCOPES does not hold ${missing.join(' and ')}, so access to change members cannot be asked for.`,
      nextStep:
        "Enable the scopes in Dropbox's App Console and add them to DROPBOX_SCOPES, or ask for access read.",
    });
  }
  return wish ?? (missing.length === 0 ? 'provision' : 'read');
}

/** @param connectionId the connection that is to get a new grant; absent for a new connection */
export async function beginTrip({
  http,
  access: wish,
  actor,
  connectionId = null,
  now,
}: {
  http: Http;
  access: Access | undefined;
  actor: string;
  connectionId?: string | null;
  now: Date;
}): Promise<{ id: string; authorizeUrl: string; expiresAt: string }> {
  const { db, keyring, config } = http;
  const access = resolveAccess({ wish, scopes: config.dropbox.scopes });
  const scopes = config.dropbox.scopes.filter((scope) => access === 'provision' || !isWriteScope(scope));
  const { verifier, challenge } = createPkce();
  const begun = await beginAuthorization({
    db,
    keyring,
    actor,
    access,
    scopes,
    codeVerifier: verifier,
    connectionId,
    now,
  });
  const url = authorizeUrl({
    webOrigin: config.dropbox.webOrigin,
    clientId: config.dropbox.appKey,
    redirectUri: callbackUrl(config),
    state: begun.state,
    codeChallenge: challenge,
    scopes,
    forceReapprove: connectionId !== null,
  });
  return { id: begun.id, authorizeUrl: url, expiresAt: begun.expiresAt.toISOString() };
}
