import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createAccessTokens } from '../../src/dropbox/access-tokens.ts';
import { createOAuthClient } from '../../src/dropbox/oauth.ts';
import { clientOf, failureOf, teamInfoBody } from './fixtures.ts';
import { json, type ReceivedRequest, withServer } from './scripted-server.ts';

type Source = Parameters<typeof createAccessTokens>[0];

/**
 * Dropbox with one grant: refreshing gives `fresh-1`, `fresh-2`, …; a route takes any token that is not in `dead`.
 */
async function withGrant(
  input: {
    source?: Partial<Source>;
    expiresInSeconds?: number;
    dead?: Set<string>;
    refreshAnswer?: (response: ServerResponse) => void;
  },
  run: (grant: {
    tokens: ReturnType<typeof createAccessTokens>;
    client: ReturnType<typeof clientOf>;
    requests: ReceivedRequest[];
    refreshes: () => number;
  }) => Promise<void>,
): Promise<void> {
  const { source = {}, expiresInSeconds = 14400, dead = new Set(), refreshAnswer } = input;
  let refreshed = 0;
  await withServer(
    ({ url, headers }, response) => {
      if (url === '/oauth2/token') {
        refreshed += 1;
        if (refreshAnswer !== undefined) return refreshAnswer(response);
        const access_token = `fresh-${refreshed}`;
        return setTimeout(
          () => json(response, { access_token, token_type: 'bearer', expires_in: expiresInSeconds }),
          50,
        );
      }
      const token = headers.authorization?.slice('Bearer '.length) ?? '';
      if (dead.has(token)) {
        return json(
          response,
          { error_summary: '', error: { '.tag': 'expired_access_token' } },
          { status: 401 },
        );
      }
      return json(response, teamInfoBody);
    },
    async ({ origin, requests }) => {
      const oauth = createOAuthClient({ apiOrigin: origin, clientId: 'key', clientSecret: 'secret' });
      const tokens = createAccessTokens({ oauth, loadRefreshToken: async () => 'canary-refresh', ...source });
      const client = clientOf(origin, { accessToken: tokens });
      await run({ tokens, client, requests, refreshes: () => refreshed });
    },
  );
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

describe('createAccessTokens', () => {
  it('refreshes once for any number of callers', async () => {
    await withGrant({}, async ({ client, refreshes }) => {
      await Promise.all(Array.from({ length: 25 }, () => client.teamInfo()));
      assert.equal(refreshes(), 1);
      await client.teamInfo();
      assert.equal(refreshes(), 1);
    });
  });

  it('uses a stored token while it is good for more than five minutes', async () => {
    await withGrant(
      { source: { stored: { accessToken: 'kept', expiresAt: inMinutes(6) } } },
      async (grant) => {
        assert.equal(await grant.tokens.current(), 'kept');
        assert.equal(grant.refreshes(), 0);
      },
    );
    await withGrant(
      { source: { stored: { accessToken: 'kept', expiresAt: inMinutes(4) } } },
      async (grant) => {
        assert.equal(await grant.tokens.current(), 'fresh-1');
      },
    );
  });

  it('does not refresh for every call where tokens live for less than ten minutes', async () => {
    await withGrant({ expiresInSeconds: 60 }, async ({ tokens, refreshes }) => {
      await tokens.current();
      assert.equal(await tokens.current(), 'fresh-1');
      assert.equal(refreshes(), 1);
    });
  });

  it('repeats a call whose token was refused, once, with a fresh one', async () => {
    const stored = { accessToken: 'kept', expiresAt: inMinutes(60) };
    await withGrant(
      { source: { stored }, dead: new Set(['kept']) },
      async ({ client, requests, refreshes }) => {
        assert.equal((await client.teamInfo()).name, 'Corp');
        assert.equal(refreshes(), 1);
        assert.deepEqual(
          requests.map(({ url, headers }) => [url, headers.authorization?.split(' ')[0]]),
          [
            ['/2/team/get_info', 'Bearer'],
            ['/oauth2/token', 'Basic'],
            ['/2/team/get_info', 'Bearer'],
          ],
        );
      },
    );
  });

  it('refreshes once when the token of many parallel calls is refused', async () => {
    const stored = { accessToken: 'kept', expiresAt: inMinutes(60) };
    await withGrant({ source: { stored }, dead: new Set(['kept']) }, async ({ client, refreshes }) => {
      await Promise.all(Array.from({ length: 25 }, () => client.teamInfo()));
      assert.equal(refreshes(), 1);
    });
  });

  it('does not refresh for a refused token that was replaced meanwhile', async () => {
    await withGrant({}, async ({ tokens, refreshes }) => {
      await tokens.current();
      assert.equal(await tokens.replacing('older'), 'fresh-1');
      assert.equal(refreshes(), 1);
      assert.equal(await tokens.replacing('fresh-1'), 'fresh-2');
    });
  });

  it('believes that the grant is gone when a fresh token is refused as well', async () => {
    await withGrant({ dead: new Set(['fresh-1', 'fresh-2']) }, async ({ client, refreshes }) => {
      const failure = await failureOf(client.teamInfo());
      assert.equal(failure.code, 'grant_revoked');
      assert.equal(failure.tag, 'expired_access_token');
      assert.equal(refreshes(), 2);
    });
  });

  it('believes it too when the refresh token is refused', async () => {
    const refreshAnswer = (response: ServerResponse) =>
      json(response, { error: 'invalid_grant' }, { status: 400 });
    await withGrant({ refreshAnswer }, async ({ client }) => {
      const failure = await failureOf(client.teamInfo());
      assert.equal(failure.code, 'grant_revoked');
      assert.equal(failure.route, 'oauth2/token');
    });
  });

  it('fails all who wait for a refresh that failed, and tries anew for the next', async () => {
    let answered = 0;
    const refreshAnswer = (response: ServerResponse) => {
      answered += 1;
      if (answered === 1) return json(response, '', { status: 503 });
      return json(response, { access_token: 'late', token_type: 'bearer', expires_in: 14400 });
    };
    await withGrant({ refreshAnswer }, async ({ tokens }) => {
      const results = await Promise.allSettled([tokens.current(), tokens.current()]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected'],
      );
      assert.equal(answered, 1);
      assert.equal(await tokens.current(), 'late');
    });
  });

  it('stores a new token before handing it out', async () => {
    const kept: [string, Date][] = [];
    const store = async (accessToken: string, expiresAt: Date) => {
      kept.push([accessToken, expiresAt]);
    };
    await withGrant({ source: { store } }, async ({ tokens }) => {
      assert.equal(await tokens.current(), 'fresh-1');
      assert.equal(kept.length, 1);
      assert.equal(kept[0]?.[0], 'fresh-1');
      assert.ok(Math.abs((kept[0]?.[1].getTime() ?? 0) - inMinutes(240).getTime()) < 5_000);
    });
  });

  it('tells a caller when a new token could not be stored, and does not lose it', async () => {
    const store = async () => {
      throw new Error('database away');
    };
    await withGrant({ source: { store } }, async ({ tokens, refreshes }) => {
      await assert.rejects(tokens.current(), /database away/);
      assert.equal(await tokens.current(), 'fresh-1');
      assert.equal(refreshes(), 1);
    });
  });

  it('lets one caller go without ending the refresh for the others', async () => {
    await withGrant({}, async ({ tokens, refreshes }) => {
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const leaving = tokens.current({ signal: controller.signal });
      const staying = tokens.current();
      controller.abort(reason);
      await assert.rejects(leaving, reason);
      assert.equal(await staying, 'fresh-1');
      assert.equal(refreshes(), 1);
    });
  });

  it('puts no secret into a URL', async () => {
    await withGrant({ dead: new Set(['fresh-1']) }, async ({ client, requests }) => {
      await client.teamInfo();
      assert.equal(requests.length, 4);
      assert.ok(requests.every(({ url }) => !/\?|canary|secret|fresh/.test(url)));
    });
  });
});
