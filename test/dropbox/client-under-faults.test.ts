import assert from 'node:assert/strict';
import type { Fault } from '../../src/simulator/faults.ts';
import { failureOf } from './fixtures.ts';
import { withTeam } from './simulated-team.ts';

describe('the Dropbox client when Dropbox fails', () => {
  it('tells each fault of a write apart, and never claims that nothing happened when it may have', async () => {
    const cases: [Fault, string, boolean][] = [
      [{ kind: 'rate_limited', retryAfterSeconds: 7 }, 'dropbox_rate_limited', false],
      [{ kind: 'server_error', status: 500, moment: 'before' }, 'dropbox_unavailable', true],
      [{ kind: 'server_error', status: 503, moment: 'after' }, 'dropbox_unavailable', true],
      [{ kind: 'hang', moment: 'after' }, 'dropbox_unreachable', true],
      [{ kind: 'reset', moment: 'before' }, 'dropbox_unreachable', true],
      [{ kind: 'reset', moment: 'after' }, 'dropbox_unreachable', true],
      [{ kind: 'truncated' }, 'dropbox_unreadable', true],
      [{ kind: 'truncated', cut: true }, 'dropbox_unreadable', true],
      [{ kind: 'html', moment: 'after' }, 'dropbox_unreadable', true],
      [{ kind: 'redirect', moment: 'before' }, 'dropbox_unreachable', true],
      [{ kind: 'unknown_tag', in: 'result' }, 'dropbox_unreadable', true],
      [{ kind: 'unknown_tag', in: 'error' }, 'dropbox_refused', false],
      [{ kind: 'denied', status: 403, error: { '.tag': 'team_access_denied' } }, 'access_denied', false],
    ];
    await withTeam({ teamSize: 10, licences: 500, timeoutMs: 1_000 }, async ({ client, simulator }) => {
      for (const [index, [fault, code, outcomeUnknown]] of cases.entries()) {
        const before = simulator.ledger.position;
        simulator.faults.add({ route: 'team/members/add_v2', fault, count: 1 });
        const members = [{ email: `p${index}@corp.example`, sendWelcomeEmail: false }];
        const failure = await failureOf(client.addMembers({ members }));
        assert.equal(failure.code, code, JSON.stringify(fault));
        assert.equal(failure.outcomeUnknown, outcomeUnknown, JSON.stringify(fault));
        const applied = simulator.ledger.effects({ kind: 'add', since: before }).length;
        assert.ok(outcomeUnknown || applied === 0, JSON.stringify(fault));
        assert.equal(simulator.ledger.calls({ route: 'team/members/add_v2', since: before }).length, 1);
      }
    });
  });

  it('reads Retry-After from wherever Dropbox put it', async () => {
    const hints = { header: 7_000, body: 7_000, both: 7_000, none: undefined } as const;
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      for (const [hint, retryAfterMs] of Object.entries(hints)) {
        simulator.faults.add({
          route: 'team/get_info',
          fault: { kind: 'rate_limited', retryAfterSeconds: 7, hint: hint as keyof typeof hints },
          count: 1,
        });
        const failure = await failureOf(client.teamInfo());
        assert.equal(failure.retryAfterMs, retryAfterMs, hint);
      }
    });
  });

  it('takes a member of a status that nobody knows for unknown', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.faults.add({ route: 'team/members/list_v2', fault: { kind: 'unknown_tag', in: 'status' } });
      const { members } = await client.listMembers({ includeRemoved: true });
      assert.ok(members.length > 0 && members.every(({ status }) => status === 'unknown'));
    });
  });

  it('goes on after its access token expired, with one refresh for many calls', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      const before = simulator.ledger.position;
      simulator.access.expireAccessTokens();
      await Promise.all(Array.from({ length: 10 }, () => client.teamInfo()));
      assert.equal(simulator.ledger.calls({ route: 'oauth2/token', since: before }).length, 1);
    });
  });

  it('knows a removed app, a revoked refresh token and a lost scope', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.access.removeApp();
      assert.equal((await failureOf(client.teamInfo())).code, 'grant_revoked');
    });
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.access.revokeRefreshTokens();
      simulator.access.expireAccessTokens();
      assert.equal((await failureOf(client.teamInfo())).code, 'grant_revoked');
    });
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.access.dropScope({ scope: 'members.read' });
      const failure = await failureOf(client.listMembers({ includeRemoved: true }));
      assert.deepEqual(
        [failure.code, failure.scope, failure.httpStatus],
        ['scope_missing', 'members.read', 401],
      );
    });
  });

  it('knows a scope that the app itself lost', async () => {
    await withTeam({ teamSize: 10 }, async ({ client, simulator }) => {
      simulator.changeSettings({ appScopes: ['team_info.read'] });
      const failure = await failureOf(client.listMembers({ includeRemoved: true }));
      assert.deepEqual(
        [failure.code, failure.scope, failure.httpStatus],
        ['scope_missing', 'members.read', 400],
      );
    });
  });

  it('revokes a grant, and finds it gone afterwards', async () => {
    await withTeam({ teamSize: 10 }, async ({ oauth, grant, client }) => {
      assert.equal(await oauth.revoke(grant), 'revoked');
      assert.equal(await oauth.revoke(grant), 'already_gone');
      assert.equal((await failureOf(oauth.refresh(grant))).code, 'grant_revoked');
      assert.equal((await failureOf(client.teamInfo())).code, 'grant_revoked');
    });
  });

  it('says when a revocation could not be confirmed', async () => {
    await withTeam(
      { teamSize: 10, settings: { revokeAcceptsTeamToken: false } },
      async ({ oauth, grant }) => {
        assert.equal((await failureOf(oauth.revoke(grant))).code, 'dropbox_rejected_request');
      },
    );
  });
});
