/** One Dropbox client per connection and grant; the access token is shared with other workers through PostgreSQL. */
import { type AccessTokens, createAccessTokens } from '../src/dropbox/access-tokens.ts';
import { createDropboxClient, type DropboxClient, DropboxFailure } from '../src/dropbox/client.ts';
import type { OAuthClient } from '../src/dropbox/oauth.ts';
import type { TransportOptions } from '../src/dropbox/transport.ts';
import type { Database } from '../src/store/database.ts';
import { type GrantKeyring, keepAccessToken, loadGrant } from '../src/store/grants.ts';

/** @throws DropboxFailure `grant_revoked` when the connection has no grant any more */
export type DropboxFor = (connectionId: string) => Promise<DropboxClient>;

export function connectionClients({
  db,
  keyring,
  oauth,
  transport,
}: {
  db: Database;
  keyring: GrantKeyring;
  oauth: Pick<OAuthClient, 'refresh'>;
  transport: TransportOptions;
}): DropboxFor {
  const clients = new Map<string, { grantedAtMs: number; client: DropboxClient }>();
  return async (connectionId) => {
    const grant = await loadGrant({ db, keyring, connectionId });
    if (grant === null) {
      throw new DropboxFailure({ code: 'grant_revoked', route: 'oauth2/token', outcomeUnknown: false });
    }
    const known = clients.get(connectionId);
    // A new grant needs new tokens: an old access token may lack what the new grant added.
    if (known?.grantedAtMs === grant.grantedAt.getTime()) return known.client;
    const accessToken: AccessTokens = createAccessTokens({
      oauth,
      loadRefreshToken: async () =>
        (await loadGrant({ db, keyring, connectionId }))?.refreshToken ?? grant.refreshToken,
      ...(grant.access === null ? {} : { stored: grant.access }),
      store: (token, expiresAt) =>
        keepAccessToken({ db, keyring, connectionId, accessToken: token, expiresAt }),
    });
    const client = createDropboxClient({ ...transport, accessToken });
    clients.set(connectionId, { grantedAtMs: grant.grantedAt.getTime(), client });
    return client;
  };
}
