import { createAccessTokens } from '../../src/dropbox/access-tokens.ts';
import { createDropboxClient, type DropboxClient } from '../../src/dropbox/client.ts';
import {
  authorizeUrl,
  createOAuthClient,
  createPkce,
  type Grant,
  type OAuthClient,
} from '../../src/dropbox/oauth.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

export const SCOPES = [
  'account_info.read',
  'team_info.read',
  'team_data.member',
  'events.read',
  'members.read',
  'sessions.list',
  'members.write',
  'members.delete',
];

const REDIRECT_URI = 'http://localhost:8080/oauth/dropbox/callback';

export type SimulatedTeam = {
  simulator: Simulator;
  oauth: OAuthClient;
  grant: Grant;
  client: DropboxClient;
};

/** A simulator, an app that its team's admin has authorised, and the client of that grant. */
export async function withTeam(
  options: SimulatorOptions & { scopes?: readonly string[]; timeoutMs?: number },
  run: (team: SimulatedTeam) => Promise<void>,
): Promise<void> {
  const { scopes = SCOPES, timeoutMs = 5_000, ...simulated } = options;
  const simulator = await startSimulator({
    ...simulated,
    settings: { asyncProbability: 0, ...simulated.settings },
  });
  try {
    const apiOrigin = simulator.origin;
    const { appKey: clientId, appSecret: clientSecret } = simulator;
    const oauth = createOAuthClient({ apiOrigin, clientId, clientSecret, timeoutMs });
    const grant = await authorise({ simulator, oauth, as: 'admin:0', scopes });
    const accessToken = createAccessTokens({
      oauth,
      loadRefreshToken: async () => grant.refreshToken,
      stored: grant,
    });
    await run({
      simulator,
      oauth,
      grant,
      client: createDropboxClient({ apiOrigin, accessToken, timeoutMs }),
    });
  } finally {
    await simulator.close();
  }
}

/** The whole way of a grant: the page at Dropbox, the click, the code, the exchange. */
export async function authorise(input: {
  simulator: Simulator;
  oauth: OAuthClient;
  /** The button on Dropbox's page: `admin:0`, `personal`. */
  as: string;
  scopes: readonly string[];
}): Promise<Grant> {
  const { simulator, oauth, as, scopes } = input;
  const { verifier, challenge } = createPkce();
  const page = new URL(
    authorizeUrl({
      webOrigin: simulator.origin,
      clientId: simulator.appKey,
      redirectUri: REDIRECT_URI,
      state: 'a state & more',
      codeChallenge: challenge,
      scopes,
      forceReapprove: true,
    }),
  );
  const form = new URLSearchParams(page.searchParams);
  form.set('as', as);
  const answer = await fetch(new URL(page.pathname, page), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = new URL(answer.headers.get('location') ?? '');
  const code = back.searchParams.get('code') ?? '';
  return oauth.exchangeCode({ code, redirectUri: REDIRECT_URI, codeVerifier: verifier });
}
