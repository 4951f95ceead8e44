import { revokeGrant } from '../oauth/revocation.ts';
import type { Route } from '../rpc/route.ts';

/**
 * Kills the calling token, the refresh token it came from and all its siblings. The specification gives it "user" auth,
 * which leaves open whether a team token is taken; the setting `revokeAcceptsTeamToken` decides, in the dispatcher.
 */
const revoke: Route = {
  name: 'auth/token/revoke',
  scope: null,
  auth: 'any',
  isVoid: true,
  run({ call }) {
    revokeGrant({ world: call.world, grant: call.grant, by: 'api', reason: 'revoked by the app' });
    return undefined;
  },
};

export const TOKEN_ROUTES: readonly Route[] = [revoke];
