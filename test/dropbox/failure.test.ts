import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { DropboxFailure } from '../../src/dropbox/failure.ts';
import { clientOf, failureOf } from './fixtures.ts';
import { json, plain, withServer } from './scripted-server.ts';

/** What becomes of a removal that is answered like this. */
async function removalFailing(answer: (response: ServerResponse) => void): Promise<DropboxFailure> {
  let failure: DropboxFailure | undefined;
  await withServer(
    (_request, response) => answer(response),
    async ({ origin }) => {
      failure = await failureOf(
        clientOf(origin).removeMember({ teamMemberId: 'dbmid:ada', wipeData: false, keepAccount: false }),
      );
    },
  );
  assert.ok(failure);
  return failure;
}

const union = (error: object, summary = 'x/..') => ({ error_summary: summary, error });

describe('what Dropbox answers, as failures', () => {
  it('429 with a header, a body, plain text or nothing is a rate limit, and nothing was applied', async () => {
    const body = union({ reason: { '.tag': 'too_many_requests' }, retry_after: 12 });
    const cases: [(response: ServerResponse) => void, number | undefined][] = [
      [(response) => json(response, body, { status: 429, headers: { 'Retry-After': '5' } }), 5_000],
      [(response) => json(response, body, { status: 429 }), 12_000],
      [(response) => plain(response, 'too many', { status: 429, headers: { 'Retry-After': '5' } }), 5_000],
      [(response) => plain(response, 'too many', { status: 429 }), undefined],
    ];
    for (const [answer, retryAfterMs] of cases) {
      const failure = await removalFailing(answer);
      assert.equal(failure.code, 'dropbox_rate_limited');
      assert.equal(failure.retryAfterMs, retryAfterMs);
      assert.equal(failure.outcomeUnknown, false);
    }
  });

  it('5xx in whatever shape leaves the outcome of a write unknown', async () => {
    for (const status of [500, 502, 503, 504]) {
      const failure = await removalFailing((response) =>
        plain(response, '<html>Bad gateway</html>', { status, headers: { 'Content-Type': 'text/html' } }),
      );
      assert.equal(failure.code, 'dropbox_unavailable');
      assert.equal(failure.httpStatus, status);
      assert.equal(failure.outcomeUnknown, true);
    }
  });

  it('409 is a refusal with the path of tags, known or not', async () => {
    const cases: [object, string][] = [
      [{ '.tag': 'user_not_found' }, 'user_not_found'],
      [{ '.tag': 'invented_yesterday' }, 'invented_yesterday'],
      [{ '.tag': 'other' }, 'other'],
      [
        { '.tag': 'invalid_user', invalid_user: { '.tag': 'email', email: 'ada@corp.example' } },
        'invalid_user/email',
      ],
      [{ '.tag': 'reset', reset: '2026-11-01T00:00:00Z' }, 'reset'],
    ];
    for (const [error, tag] of cases) {
      const failure = await removalFailing((response) => json(response, union(error), { status: 409 }));
      assert.equal(failure.code, 'dropbox_refused');
      assert.equal(failure.tag, tag);
      assert.equal(failure.outcomeUnknown, false);
    }
  });

  it('409 without a union does not come from the route', async () => {
    const failure = await removalFailing((response) =>
      plain(response, '<html>Conflict</html>', { status: 409 }),
    );
    assert.equal(failure.code, 'dropbox_unreadable');
    assert.equal(failure.outcomeUnknown, true);
  });

  it('400 in plain text is a defect of ours', async () => {
    const failure = await removalFailing((response) =>
      plain(
        response,
        'Error in call to API function "team/members/remove": request body: user: missing field',
        {
          status: 400,
        },
      ),
    );
    assert.equal(failure.code, 'dropbox_rejected_request');
    assert.equal(failure.tag, undefined);
  });

  it('400 for a scope that the app was never given names the scope', async () => {
    const failure = await removalFailing((response) =>
      plain(
        response,
        'Error in call to API function "team/members/remove": Your app is not permitted to access this endpoint ' +
          "because it does not have the required scope 'members.delete'. The owner of the app can enable the scope.",
        { status: 400 },
      ),
    );
    assert.equal(failure.code, 'scope_missing');
    assert.equal(failure.scope, 'members.delete');
  });

  it('401 for a scope that the grant lacks names the scope', async () => {
    const failure = await removalFailing((response) =>
      json(response, union({ '.tag': 'missing_scope', required_scope: 'members.delete' }), { status: 401 }),
    );
    assert.equal(failure.code, 'scope_missing');
    assert.equal(failure.scope, 'members.delete');
    assert.equal(failure.tag, 'missing_scope');
  });

  it('401 about the person behind the token is lost access, not a lost grant', async () => {
    for (const tag of ['user_suspended', 'invalid_select_admin', 'route_access_denied']) {
      const failure = await removalFailing((response) =>
        json(response, union({ '.tag': tag }), { status: 401 }),
      );
      assert.equal(failure.code, 'access_denied');
      assert.equal(failure.tag, tag);
    }
  });

  it('403 is lost access, with the path of tags', async () => {
    const failure = await removalFailing((response) =>
      json(response, union({ '.tag': 'invalid_account_type', invalid_account_type: { '.tag': 'feature' } }), {
        status: 403,
      }),
    );
    assert.equal(failure.code, 'access_denied');
    assert.equal(failure.tag, 'invalid_account_type/feature');
  });

  it("keeps Dropbox's request id", async () => {
    const failure = await removalFailing((response) =>
      json(response, union({ '.tag': 'other' }), {
        status: 409,
        headers: { 'X-Dropbox-Request-Id': 'abc123' },
      }),
    );
    assert.equal(failure.requestId, 'abc123');
    assert.equal(failure.route, 'team/members/remove');
  });

  it('never shows a name, an address, a token or a body', async () => {
    const answers: ((response: ServerResponse) => void)[] = [
      (response) =>
        json(
          response,
          {
            ...union(
              { '.tag': 'members_not_in_team', members_not_in_team: ['canary@corp.example'] },
              'canary/..',
            ),
            user_message: { text: 'canary' },
          },
          { status: 409 },
        ),
      (response) => json(response, union({ '.tag': 'canary@corp.example' }), { status: 409 }),
      (response) => plain(response, 'canary is unknown', { status: 400 }),
      (response) => plain(response, '<p>canary</p>', { status: 500 }),
      (response) => json(response, { '.tag': 'complete?', canary: 'canary' }),
      (response) =>
        json(response, union({ '.tag': 'missing_scope', required_scope: 'canary@x' }), { status: 401 }),
    ];
    for (const answer of answers) {
      const failure = await removalFailing(answer);
      assert.doesNotMatch(inspect(failure, { depth: null, showHidden: true }), /canary|token-[12]|dbmid:ada/);
    }
  });
});
