import assert from 'node:assert/strict';
import type { Fault } from '../../src/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { byEmail, type ConnectedApp, connectedApp, type RawAnswer } from './connected-app.ts';

const ADD = 'team/members/add_v2';

describe('faults on demand', () => {
  let simulator: Simulator;
  let app: ConnectedApp;
  let people = 0;

  before(async () => {
    simulator = await startSimulator({ teamSize: 30, licences: 500, settings: { asyncProbability: 0 } });
    app = connectedApp({ simulator });
  });
  after(() => simulator.close());
  afterEach(() => simulator.faults.clear());

  /** One add under a fault: its answer (null when there was none), and how often it took effect. */
  async function addUnder(fault: Fault): Promise<{ answer: RawAnswer | null; effects: number }> {
    people += 1;
    const email = `p${people}@corp.example`;
    simulator.faults.add({ route: ADD, fault, count: 1 });
    const answer = await app.call(ADD, { new_members: [{ member_email: email }] }).catch(() => null);
    return { answer, effects: simulator.ledger.effects({ kind: 'add', email }).length };
  }

  it('says 429 with its hint in the header, the body, both, nowhere, or without JSON', async () => {
    const limited = async (fault: Omit<Extract<Fault, { kind: 'rate_limited' }>, 'kind'>) => {
      const { answer, effects } = await addUnder({ kind: 'rate_limited', retryAfterSeconds: 30, ...fault });
      assert.equal(answer?.status, 429);
      assert.equal(effects, 0);
      return { header: answer.headers.get('retry-after'), text: answer.text };
    };
    const both = await limited({});
    assert.equal(both.header, '30');
    assert.deepEqual(JSON.parse(both.text).error, {
      reason: { '.tag': 'too_many_requests' },
      retry_after: 30,
    });
    assert.equal((await limited({ hint: 'body' })).header, null);
    assert.equal(JSON.parse((await limited({ hint: 'header' })).text).error.retry_after, undefined);
    assert.equal((await limited({ hint: 'none' })).header, null);
    assert.equal((await limited({ retryAfterSeconds: 86_400 })).header, '86400');
    assert.match((await limited({ text: true })).text, /^Too many requests/);
  });

  it('fails with a web page before the write, or after it was applied', async () => {
    const before = await addUnder({ kind: 'server_error', status: 500 });
    assert.deepEqual([before.answer?.status, before.effects], [500, 0]);
    assert.match(before.answer?.headers.get('content-type') ?? '', /^text\/html/);
    const after = await addUnder({ kind: 'server_error', moment: 'after' });
    assert.deepEqual([after.answer?.status, after.effects], [503, 1]);
  });

  it('resets the connection before the write, or loses the answer of one that was applied', async () => {
    assert.deepEqual(await addUnder({ kind: 'reset' }), { answer: null, effects: 0 });
    assert.deepEqual(await addUnder({ kind: 'reset', moment: 'after' }), { answer: null, effects: 1 });
    const lost = simulator.ledger.calls({ route: ADD }).at(-1);
    assert.deepEqual([lost?.status, lost?.fault], [null, 'reset']);
  });

  it('hangs until the caller gives up', async () => {
    simulator.faults.add({ route: 'team/get_info', fault: { kind: 'hang' }, count: 1 });
    const attempt = fetch(`${simulator.origin}/2/team/get_info`, {
      method: 'POST',
      signal: AbortSignal.timeout(150),
    });
    await assert.rejects(attempt, { name: 'TimeoutError' });
  });

  it('drips slowly, and delays', async () => {
    for (const fault of [
      { kind: 'slow', durationMs: 300 } as const,
      { kind: 'delay', delayMs: 300 } as const,
    ]) {
      const startedAt = Date.now();
      const { answer, effects } = await addUnder(fault);
      assert.ok(Date.now() - startedAt >= 250, fault.kind);
      assert.deepEqual([answer?.status, effects], [200, 1]);
      JSON.parse(answer?.text ?? '');
    }
  });

  it('breaks answers of writes that were applied: half of the JSON, or a cut connection', async () => {
    const half = await addUnder({ kind: 'truncated' });
    assert.deepEqual([half.answer?.status, half.effects], [200, 1]);
    assert.throws(() => JSON.parse(half.answer?.text ?? ''));
    assert.deepEqual(await addUnder({ kind: 'truncated', cut: true }), { answer: null, effects: 1 });
  });

  it('answers 200 with a web page, or redirects', async () => {
    const page = await addUnder({ kind: 'html' });
    assert.deepEqual([page.answer?.status, page.effects], [200, 0]);
    assert.match(page.answer?.text ?? '', /^<!DOCTYPE html>/);
    const moved = await addUnder({ kind: 'redirect', location: 'https://example.com/' });
    assert.deepEqual(
      [moved.answer?.status, moved.answer?.headers.get('location')],
      [302, 'https://example.com/'],
    );
  });

  it('invents tags: as an error, as a result, as every status', async () => {
    const error = await addUnder({ kind: 'unknown_tag', in: 'error' });
    assert.equal(error.answer?.status, 409);
    const result = await addUnder({ kind: 'unknown_tag', in: 'result' });
    assert.equal(JSON.parse(result.answer?.text ?? '')['.tag'], 'not_in_any_specification');
    simulator.faults.add({
      route: 'team/members/list_v2',
      fault: { kind: 'unknown_tag', in: 'status' },
      count: 1,
    });
    const { members } = await app.json<{ members: { profile: { status: object } }[] }>(
      'team/members/list_v2',
      {},
    );
    assert.deepEqual(members[0]?.profile.status, { '.tag': 'not_in_any_specification' });
  });

  it('refuses with any tag, denies with any tag, answers anything', async () => {
    const refused = await addUnder({ kind: 'refused', error: { '.tag': 'other' } });
    assert.deepEqual([refused.answer?.status, refused.effects], [409, 0]);
    const denied = await addUnder({
      kind: 'denied',
      status: 403,
      error: { '.tag': 'invalid_account_type', invalid_account_type: { '.tag': 'feature' } },
    });
    assert.equal(denied.answer?.status, 403);
    assert.match(JSON.parse(denied.answer?.text ?? '').error_summary, /^invalid_account_type\/feature\//);
    const odd = await addUnder({ kind: 'answer', status: 418, body: 'teapot', contentType: 'text/plain' });
    assert.deepEqual([odd.answer?.status, odd.answer?.text], [418, 'teapot']);
  });

  it('spoils listings: empty, an empty page, a page once more, a cursor that is gone', async () => {
    type Page = { members: { profile: { team_member_id: string } }[]; cursor: string; has_more: boolean };
    const LIST = 'team/members/list_v2';
    const NEXT = 'team/members/list/continue_v2';
    const ids = ({ members }: Page) => members.map(({ profile }) => profile.team_member_id);
    simulator.faults.add({ route: LIST, fault: { kind: 'empty_listing' }, count: 1 });
    const empty = await app.json<Page>(LIST, {});
    assert.deepEqual([empty.members.length, empty.has_more], [0, false]);
    simulator.faults.add({ route: NEXT, fault: { kind: 'empty_page' }, nth: 1 });
    simulator.faults.add({ route: NEXT, fault: { kind: 'repeated_page' }, nth: 2 });
    simulator.faults.add({ route: NEXT, fault: { kind: 'invalid_cursor' }, nth: 3 });
    const first = await app.json<Page>(LIST, { limit: 5 });
    const blank = await app.json<Page>(NEXT, { cursor: first.cursor });
    assert.deepEqual([blank.members.length, blank.has_more], [0, true]);
    const repeated = await app.json<Page>(NEXT, { cursor: blank.cursor });
    assert.deepEqual(ids(repeated), ids(first));
    assert.match((await app.call(NEXT, { cursor: repeated.cursor })).text, /invalid_cursor/);
    const second = await app.json<Page>(NEXT, { cursor: repeated.cursor });
    assert.equal(ids(second).length, 5);
    assert.equal(
      ids(second).some((id) => ids(first).includes(id)),
      false,
    );
  });

  it('turns writes into jobs that end badly, or never', async () => {
    const poll = async (fault: Extract<Fault, { kind: 'job' }>) => {
      const { answer } = await addUnder(fault);
      const { async_job_id } = JSON.parse(answer?.text ?? '');
      simulator.advanceClock(60_000);
      const { text } = await app.call('team/members/add/job_status/get_v2', { async_job_id });
      const effects = simulator.ledger.effects({ kind: 'add', email: `p${people}@corp.example` }).length;
      const { error, '.tag': tag } = JSON.parse(text);
      return [error?.['.tag'] ?? tag, effects];
    };
    assert.deepEqual(await poll({ kind: 'job', outcome: 'complete' }), ['complete', 1]);
    assert.deepEqual(await poll({ kind: 'job', outcome: 'internal_error' }), ['internal_error', 0]);
    assert.deepEqual(await poll({ kind: 'job', outcome: 'internal_error_after_effect' }), [
      'internal_error',
      1,
    ]);
    assert.deepEqual(await poll({ kind: 'job', outcome: 'failed' }), ['failed', 0]);
    assert.deepEqual(await poll({ kind: 'job', outcome: 'never_ends' }), ['in_progress', 0]);
  });

  it('strikes only the calls that are meant: by address, by number, by condition, by route', async () => {
    const fault = { kind: 'server_error' } as const;
    const look = (email: string) => app.call('team/members/get_info_v2', { members: [byEmail(email)] });
    simulator.faults.add({ route: 'team/members/*', fault, mentions: 'POISON@corp.example' });
    assert.equal((await look('poison@corp.example')).status, 503);
    assert.equal((await look('fine@corp.example')).status, 200);
    assert.equal((await app.call('team/get_info')).status, 200);
    simulator.faults.clear();
    simulator.faults.add({ route: '*', fault, nth: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await app.call('team/get_info')).status);
    assert.deepEqual(statuses, [200, 503, 200]);
    simulator.faults.clear();
    simulator.faults.add({ route: '*', fault, matches: (body) => body === null });
    assert.equal((await app.call('team/get_info')).status, 503);
    assert.equal((await look('fine@corp.example')).status, 200);
  });

  it('strikes the token endpoint too', async () => {
    const { refreshToken } = simulator.issueTokens();
    simulator.faults.add({ route: 'oauth2/token', fault: { kind: 'server_error' }, count: 1 });
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: simulator.appKey,
      client_secret: simulator.appSecret,
    });
    const statuses: number[] = [];
    for (let call = 0; call < 2; call += 1) {
      statuses.push((await fetch(`${simulator.origin}/oauth2/token`, { method: 'POST', body })).status);
    }
    assert.deepEqual(statuses, [503, 200]);
  });
});
