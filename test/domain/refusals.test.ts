/** Every refusal has a row, in the product's table and in the test's, and both say the same. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { ATTENTION } from '../../src/domain/attention.ts';
import { dispositionOf } from '../../src/domain/failures.ts';
import { REFUSALS, refusalOf } from '../../src/domain/refusals.ts';
import { failureOfRoute, failureOfTokenEndpoint } from '../../src/dropbox/failure.ts';
import { JOB_ROUTES, JOB_TAGS, ROWS, TRANSFER, TRANSFER_ROWS } from '../activities/refusal-table.ts';

/** Dropbox's routes with their error tags, taken from its specification; not part of the project. */
const SPECIFICATION = new URL('../../../shared/dropbox/routes.json', import.meta.url);

type Specification = {
  routes: { route: string; error_tags: { tag: string }[] }[];
  types: Record<string, { fields: { name: string }[] }>;
};

const rowsOf = (route: string): string[] =>
  (route === TRANSFER ? TRANSFER_ROWS : ROWS.filter((row) => row.route === route)).map(({ tag }) => tag);

describe('the table of refusals', () => {
  for (const { route, tag, ends, calls } of ROWS) {
    it(`gives ${route} ${tag} its reason`, () => {
      const refusal = refusalOf({ route, tag });
      assert.equal(refusal.lookAgain, calls === 2 || 'waits' in ends);
      if ('asks' in ends) assert.equal(refusal.code, ends.asks);
    });
  }

  for (const { tag, ends, calls } of TRANSFER_ROWS) {
    it(`gives ${TRANSFER} ${tag} its reason`, () => {
      const refusal = refusalOf({ route: TRANSFER, tag });
      assert.equal(refusal.lookAgain, calls === 2 || !('asks' in ends));
      if ('asks' in ends) assert.equal(refusal.code, ends.asks);
    });
  }

  it('has a row of the test for every row of the product', () => {
    for (const [route, { tags }] of Object.entries(REFUSALS)) {
      assert.deepEqual(
        Object.keys(tags).filter((tag) => !rowsOf(route).includes(tag)),
        [],
        route,
      );
    }
  });

  it('knows every tag of the specification', function () {
    if (!existsSync(SPECIFICATION)) this.skip();
    const { routes, types } = JSON.parse(readFileSync(SPECIFICATION, 'utf8')) as Specification;
    const specified = (route: string): string[] => {
      const found = routes.find((candidate) => candidate.route === route);
      assert.ok(found, route);
      return found.error_tags.map(({ tag }) => tag);
    };
    const perPerson = types['team.MemberAddV2Result']?.fields.map(({ name }) => name) ?? [];
    const items = perPerson.filter((tag) => tag !== 'success');
    assert.ok(items.length >= 10);
    for (const [route, { tags }] of Object.entries(REFUSALS)) {
      const wanted = [...specified(route), ...(route === 'team/members/add_v2' ? items : [])];
      // `other` is what the specification calls a tag that it does not know.
      const missing = wanted.filter((tag) => tag !== 'other' && !Object.hasOwn(tags, tag));
      assert.deepEqual(missing, [], route);
      assert.deepEqual(
        wanted.filter((tag) => !rowsOf(route).includes(tag)),
        [],
        route,
      );
    }
    for (const route of JOB_ROUTES) {
      assert.deepEqual(
        specified(route).filter((tag) => !JOB_TAGS.includes(tag)),
        [],
      );
    }
  });

  it('does not trust the names that objects are born with', () => {
    for (const tag of ['constructor', 'toString', '__proto__']) {
      assert.equal(refusalOf({ route: 'team/members/remove', tag }).code, 'removal_refused');
      assert.equal(refusalOf({ route: tag, tag }).code, 'refused');
    }
  });

  it('leads to words that no other reason uses', () => {
    const messages = Object.values(ATTENTION).map(({ message }) => message);
    assert.equal(new Set(messages).size, messages.length);
  });
});

/** What any route can answer: whose matter it is. `wait` is the connection's: it is broken, and nobody calls. */
const ANSWERS: [status: number, tag: string | undefined, code: string, disposition: string][] = [
  [401, 'invalid_access_token', 'grant_revoked', 'wait'],
  [401, 'expired_access_token', 'grant_revoked', 'wait'],
  [401, 'other', 'grant_revoked', 'wait'],
  [401, undefined, 'grant_revoked', 'wait'],
  [401, 'missing_scope', 'scope_missing', 'wait'],
  [401, 'user_suspended', 'access_denied', 'wait'],
  [401, 'invalid_select_user', 'access_denied', 'wait'],
  [401, 'invalid_select_admin', 'access_denied', 'wait'],
  [401, 'route_access_denied', 'access_denied', 'wait'],
  [401, 'invented', 'access_denied', 'wait'],
  [403, 'invalid_account_type', 'access_denied', 'wait'],
  [403, 'paper_access_denied', 'access_denied', 'wait'],
  [403, 'team_access_denied', 'access_denied', 'wait'],
  [403, 'no_permission', 'access_denied', 'wait'],
  [403, 'other', 'access_denied', 'wait'],
  [403, undefined, 'access_denied', 'wait'],
  [400, undefined, 'dropbox_rejected_request', 'final'],
  [404, undefined, 'dropbox_rejected_request', 'final'],
  [409, 'invented', 'dropbox_refused', 'final'],
  // Asked again later, and ever more slowly: these may pass.
  [409, undefined, 'dropbox_unreadable', 'retry'],
  [301, undefined, 'dropbox_unreadable', 'retry'],
  [429, 'too_many_requests', 'dropbox_rate_limited', 'retry'],
  [429, undefined, 'dropbox_rate_limited', 'retry'],
  [408, undefined, 'dropbox_unavailable', 'retry'],
  [500, undefined, 'dropbox_unavailable', 'retry'],
  [503, undefined, 'dropbox_unavailable', 'retry'],
];

const TOKEN_ANSWERS: [status: number, error: string, code: string, disposition: string][] = [
  [400, 'invalid_grant', 'grant_revoked', 'wait'],
  [400, 'invalid_client', 'app_credentials_refused', 'wait'],
  [401, 'invalid_client', 'app_credentials_refused', 'wait'],
  [400, 'unauthorized_client', 'app_credentials_refused', 'wait'],
  [403, 'access_denied', 'access_denied', 'wait'],
  [400, 'unsupported_grant_type', 'dropbox_rejected_request', 'final'],
  [429, 'slow_down', 'dropbox_rate_limited', 'retry'],
  [503, 'temporarily_unavailable', 'dropbox_unavailable', 'retry'],
];

describe('what any route can answer', () => {
  const about = { route: 'team/members/remove', write: true, headers: new Headers(), serverTime: new Date() };
  for (const [status, tag, code, disposition] of ANSWERS) {
    it(`is ${code} for ${status} ${tag ?? 'without a tag'}`, () => {
      const body = tag === undefined ? '<html>' : { error: { '.tag': tag } };
      const failure = failureOfRoute({ ...about, status, body });
      assert.deepEqual([failure.code, dispositionOf(failure.code)], [code, disposition]);
    });
  }
  for (const [status, error, code, disposition] of TOKEN_ANSWERS) {
    it(`is ${code} for ${status} ${error} of the token endpoint`, () => {
      const answer = { ...about, route: 'oauth2/token', status, body: { error } };
      const failure = failureOfTokenEndpoint({ ...answer, grantType: 'refresh_token' });
      assert.deepEqual([failure.code, dispositionOf(failure.code)], [code, disposition]);
    });
  }
});
