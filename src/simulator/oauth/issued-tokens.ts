import type { World } from '../world.ts';

export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly scopes: readonly string[];
  /** `dbtid:…` */
  readonly teamId: string;
}

/** A grant without the clicks, by the team's first admin; for tests that are about something else. */
export function issueTokens({
  world,
  team: index = 0,
  scopes = world.settings.appScopes,
}: {
  world: World;
  team?: number;
  scopes?: readonly string[];
}): IssuedTokens {
  const team = world.team(index);
  const admin = team.roster.connectingAdmin()?.index ?? null;
  const code = world.grants.authorise({
    team: index,
    admin,
    scopes,
    offline: true,
    redirectUri: null,
    challenge: null,
  });
  const grant = world.grants.byFreshCode(code);
  if (grant === undefined) throw new RangeError('codeLifetimeMs leaves no time to use a code.');
  world.grants.markCodeUsed(grant);
  const { token, expiresInSeconds } = world.grants.accessToken({ grant });
  const refreshToken = world.grants.refreshToken(grant);
  return { accessToken: token, expiresInSeconds, refreshToken, scopes, teamId: team.id };
}
