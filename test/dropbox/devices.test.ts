import assert from 'node:assert/strict';
import { clientOf, failureOf } from './fixtures.ts';
import { json, withServer } from './scripted-server.ts';

describe('the sessions of devices', () => {
  it('are those that say when they were last used, page by page on one route', async () => {
    const pages = [
      {
        devices: [
          {
            team_member_id: 'dbmid:ada',
            web_sessions: [
              { session_id: 'dbwsid:1', updated: '2026-11-20T00:00:00Z' },
              { session_id: 'dbwsid:2' },
            ],
            desktop_clients: [{ session_id: 'dbdsid:1', updated: '2026-11-21T00:00:00Z', host_name: 'x' }],
          },
          { team_member_id: 'dbmid:grace', mobile_clients: [{ updated: 'never' }, null] },
          { web_sessions: [] },
        ],
        has_more: true,
        cursor: 'c1',
      },
      {
        devices: [{ team_member_id: 'dbmid:grace', mobile_clients: [{ updated: '2026-11-19T00:00:00Z' }] }],
        has_more: false,
      },
    ];
    await withServer(
      (_, response) => json(response, pages.shift()),
      async ({ origin, requests }) => {
        const client = clientOf(origin);
        const first = await client.memberDevices({});
        assert.deepEqual(first.sessions, [
          { teamMemberId: 'dbmid:ada', kind: 'web', updatedAt: new Date('2026-11-20T00:00:00Z') },
          { teamMemberId: 'dbmid:ada', kind: 'desktop', updatedAt: new Date('2026-11-21T00:00:00Z') },
        ]);
        assert.ok(first.next);
        const second = await client.memberDevices({ cursor: first.next });
        assert.deepEqual(second.sessions, [
          { teamMemberId: 'dbmid:grace', kind: 'mobile', updatedAt: new Date('2026-11-19T00:00:00Z') },
        ]);
        assert.equal(second.next, null);
        const kinds = {
          include_web_sessions: true,
          include_desktop_clients: true,
          include_mobile_clients: true,
        };
        assert.deepEqual(
          requests.map(({ url, body }) => [url, JSON.parse(body)]),
          [
            ['/2/team/devices/list_members_devices', kinds],
            ['/2/team/devices/list_members_devices', { ...kinds, cursor: 'c1' }],
          ],
        );
      },
    );
  });

  it('cannot be read from a page that has a next one and no cursor', async () => {
    await withServer(
      (_, response) => json(response, { devices: [], has_more: true }),
      async ({ origin }) => {
        assert.equal((await failureOf(clientOf(origin).memberDevices({}))).code, 'dropbox_unreadable');
      },
    );
  });
});
