import assert from 'node:assert/strict';
import { clientOf, failureOf } from './fixtures.ts';
import { json, withServer } from './scripted-server.ts';

const ada = {
  '.tag': 'team_member',
  account_id: 'dbid:A',
  display_name: 'Ada',
  email: 'a@x.co',
  team_member_id: 'dbmid:ada',
};
const guest = { '.tag': 'non_team_member', email: 'guest@x.co', team_member_id: 'dbmid:of-another-team' };

/** A `TeamEvent` as Dropbox sends it. */
const eventBody = (more: object = {}) => ({
  timestamp: '2026-11-22T08:30:00Z',
  event_category: { '.tag': 'file_operations' },
  actor: { '.tag': 'user', user: ada },
  origin: {
    geo_location: { ip_address: '203.0.113.7', country: 'DE' },
    access_method: { '.tag': 'end_user', end_user: { '.tag': 'web', session_id: 'dbwsid:1' } },
  },
  involve_non_team_member: false,
  context: ada,
  participants: [],
  assets: [{ '.tag': 'file', display_name: 'x' }],
  event_type: { '.tag': 'file_edit', description: 'Edited files' },
  details: { '.tag': 'file_edit_details' },
  ...more,
});

const read = async (events: unknown) => {
  let answer: unknown;
  await withServer(
    (_, response) => json(response, { events, cursor: 'c1', has_more: true }),
    async ({ origin }) => {
      const { serverTime, fetchedAt, ...page } = await clientOf(origin).auditEvents({ cursor: 'c0' });
      assert.ok(fetchedAt <= serverTime);
      assert.deepEqual([page.cursor, page.hasMore], ['c1', true]);
      answer = page.events;
    },
  );
  return answer;
};

const whole = {
  type: 'file_edit',
  at: new Date('2026-11-22T08:30:00Z'),
  actor: { kind: 'user', teamMemberId: 'dbmid:ada' },
  accessMethod: 'end_user',
  contextMemberId: 'dbmid:ada',
};

describe('the audit log as Dropbox tells it', () => {
  it('is asked for from a time on, and then by its cursor', async () => {
    await withServer(
      (_, response) => json(response, { events: [], cursor: 'c1', has_more: false }),
      async ({ origin, requests }) => {
        const client = clientOf(origin);
        await client.auditEvents({ startTime: new Date('2026-11-01T02:03:04.567Z') });
        await client.auditEvents({ cursor: 'c1' });
        assert.deepEqual(
          requests.map(({ url, body }) => [url, JSON.parse(body)]),
          [
            ['/2/team_log/get_events', { limit: 1000, time: { start_time: '2026-11-01T02:03:04Z' } }],
            ['/2/team_log/get_events/continue', { cursor: 'c1' }],
          ],
        );
      },
    );
  });

  it('keeps of an event who did what, how and when', async () => {
    const admin = {
      actor: { '.tag': 'admin', admin: ada },
      origin: { access_method: { '.tag': 'admin_console' } },
    };
    assert.deepEqual(await read([eventBody(), eventBody(admin)]), [
      whole,
      { ...whole, actor: { kind: 'admin', teamMemberId: 'dbmid:ada' }, accessMethod: 'admin_console' },
    ]);
  });

  it('knows guests by nothing, and apps and Dropbox by their kind', async () => {
    const actors = [
      { '.tag': 'user', user: guest },
      { '.tag': 'user', user: { ...guest, '.tag': 'trusted_non_team_member' } },
      { '.tag': 'app', app: { '.tag': 'team_linked_app', app_id: 'dbaid:1' } },
      { '.tag': 'dropbox' },
    ];
    assert.deepEqual(
      await read(actors.map((actor) => eventBody({ actor, context: { '.tag': 'team' } }))),
      ['user', 'user', 'app', 'dropbox'].map((kind) => ({
        ...whole,
        actor: { kind, teamMemberId: null },
        contextMemberId: null,
      })),
    );
  });

  it('takes events that lack parts, have new ones, or cannot be read at all', async () => {
    const bare = {
      timestamp: 'yesterday',
      event_type: { '.tag': 'hologram_viewed' },
      actor: null,
      origin: 7,
    };
    const none = { at: null, actor: null, accessMethod: null, contextMemberId: null };
    assert.deepEqual(
      await read([bare, {}, null, 'x', eventBody({ event_type: { '.tag': 'Ada Lovelace' } })]),
      [
        { ...none, type: 'hologram_viewed' },
        { ...none, type: 'unreadable' },
        { ...none, type: 'unreadable' },
        { ...none, type: 'unreadable' },
        { ...whole, type: 'unreadable' },
      ],
    );
  });

  it('says from when on to begin again after a reset, and tells an unknown cursor apart', async () => {
    const answers = [
      { '.tag': 'reset', reset: '2026-11-20T10:00:00Z' },
      { '.tag': 'reset' },
      { '.tag': 'bad_cursor' },
    ];
    await withServer(
      (_, response) => json(response, { error_summary: 'x/..', error: answers.shift() }, { status: 409 }),
      async ({ origin }) => {
        const said = async () => {
          const { code, tag, resetAt } = await failureOf(clientOf(origin).auditEvents({ cursor: 'c' }));
          return [code, tag, resetAt?.toISOString()];
        };
        assert.deepEqual(await said(), ['dropbox_refused', 'reset', '2026-11-20T10:00:00.000Z']);
        assert.deepEqual(await said(), ['dropbox_refused', 'reset', undefined]);
        assert.deepEqual(await said(), ['dropbox_refused', 'bad_cursor', undefined]);
      },
    );
  });

  it('is not read from what is no page', async () => {
    for (const body of [
      { events: [] },
      { events: {}, cursor: 'c', has_more: true },
      { cursor: '', has_more: false },
    ]) {
      await withServer(
        (_, response) => json(response, body),
        async ({ origin }) => {
          const { code } = await failureOf(clientOf(origin).auditEvents({ startTime: new Date() }));
          assert.equal(code, 'dropbox_unreadable');
        },
      );
    }
  });
});
