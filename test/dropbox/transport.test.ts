import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { CallReport } from '../../src/dropbox/transport.ts';
import { clientOf, failureOf, teamInfoBody } from './fixtures.ts';
import { json, plain, withServer } from './scripted-server.ts';

const remove = { teamMemberId: 'dbmid:ada', wipeData: false, keepAccount: false };

describe('transport to Dropbox', () => {
  it('sends the calls of the SDK to the configured origin, over plain http too', async () => {
    await withServer(
      (_request, response) => json(response, teamInfoBody),
      async ({ origin, requests }) => {
        await clientOf(origin).teamInfo();
        assert.deepEqual(
          requests.map(({ method, url }) => `${method} ${url}`),
          ['POST /2/team/get_info'],
        );
        assert.equal(requests[0]?.headers.authorization, 'Bearer token-1');
        assert.equal(requests[0]?.body, '');
      },
    );
  });

  it('gives every result the clock of Dropbox, and a fetch time that is never too late', async () => {
    await withServer(
      (_request, response) =>
        setTimeout(
          () => json(response, teamInfoBody, { headers: { Date: 'Sun, 01 Jan 2034 00:00:10 GMT' } }),
          300,
        ),
      async ({ origin }) => {
        const { serverTime, fetchedAt } = await clientOf(origin).teamInfo();
        assert.equal(serverTime.toISOString(), '2034-01-01T00:00:10.000Z');
        assert.equal(fetchedAt.toISOString(), '2034-01-01T00:00:09.000Z');
      },
    );
  });

  it('takes the local clock where Dropbox sends no date', async () => {
    await withServer(
      (_request, response) => {
        response.sendDate = false;
        json(response, teamInfoBody);
      },
      async ({ origin }) => {
        const before = Date.now();
        const { serverTime } = await clientOf(origin).teamInfo();
        assert.ok(serverTime.getTime() >= before && serverTime.getTime() <= Date.now());
      },
    );
  });

  it('gives up on an answer that does not come', async () => {
    await withServer(
      () => undefined,
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin, { timeoutMs: 100 }).removeMember(remove));
        assert.equal(failure.code, 'dropbox_unreachable');
        assert.equal(failure.outcomeUnknown, true);
        const read = await failureOf(clientOf(origin, { timeoutMs: 100 }).teamInfo());
        assert.equal(read.outcomeUnknown, false);
      },
    );
  });

  it('counts the body into the time-out, so that a slow drip ends too', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin, { timeoutMs: 150 }).teamInfo());
        assert.equal(failure.code, 'dropbox_unreachable');
      },
    );
  });

  it('does not know the outcome of a write whose connection was reset', async () => {
    await withServer(
      (_request, response) => response.socket?.resetAndDestroy(),
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin).removeMember(remove));
        assert.equal(failure.code, 'dropbox_unreachable');
        assert.equal(failure.outcomeUnknown, true);
      },
    );
  });

  it('knows that a write never left where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const failure = await failureOf(clientOf(`http://127.0.0.1:${port}`).removeMember(remove));
    assert.equal(failure.code, 'dropbox_unreachable');
    assert.equal(failure.outcomeUnknown, false);
  });

  it('follows no redirect, so that a POST never becomes a GET', async () => {
    await withServer(
      (request, response) => {
        if (request.method === 'GET') return json(response, teamInfoBody);
        response.writeHead(302, { Location: '/elsewhere' });
        response.end();
      },
      async ({ origin, requests }) => {
        const failure = await failureOf(clientOf(origin).recoverMember({ teamMemberId: 'dbmid:ada' }));
        assert.equal(failure.code, 'dropbox_unreachable');
        assert.equal(failure.outcomeUnknown, true);
        assert.deepEqual(
          requests.map(({ method }) => method),
          ['POST'],
        );
      },
    );
  });

  it('takes a success that is no JSON for unreadable, whatever its content type says', async () => {
    for (const body of [
      '<!doctype html><p>Welcome to the hotel</p>',
      '{"name": "Corp", "team_',
      '',
      '"Corp"',
      '[]',
    ]) {
      await withServer(
        (_request, response) => plain(response, body, { headers: { 'Content-Type': 'application/json' } }),
        async ({ origin }) => {
          const read = await failureOf(clientOf(origin).teamInfo());
          assert.equal(read.code, 'dropbox_unreadable');
          assert.equal(read.outcomeUnknown, false);
          const write = await failureOf(clientOf(origin).recoverMember({ teamMemberId: 'dbmid:ada' }));
          assert.equal(write.code, 'dropbox_unreadable');
          assert.equal(write.httpStatus, 200);
          assert.equal(write.outcomeUnknown, true);
        },
      );
    }
  });

  it('does not mind JSON under another content type', async () => {
    await withServer(
      (_request, response) => plain(response, JSON.stringify(teamInfoBody)),
      async ({ origin }) => assert.equal((await clientOf(origin).teamInfo()).name, 'Corp'),
    );
  });

  it('takes a success that breaks off for unreadable', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '500' });
        response.write('{"name":');
        setTimeout(() => response.destroy(), 30);
      },
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin).teamInfo());
        assert.equal(failure.code, 'dropbox_unreadable');
        assert.equal(failure.httpStatus, 200);
      },
    );
  });

  it('goes by the status of a refusal whose body breaks off', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(429, { 'Retry-After': '4', 'Content-Length': '500' });
        response.write('{');
        setTimeout(() => response.destroy(), 30);
      },
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin).teamInfo());
        assert.equal(failure.code, 'dropbox_rate_limited');
        assert.equal(failure.retryAfterMs, 4_000);
      },
    );
  });

  it('stops reading a body that is far too long', async () => {
    await withServer(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const block = Buffer.alloc(1024 * 1024, ' ');
        let sentBlocks = 0;
        const pour = () => {
          while (sentBlocks < 40 && !response.destroyed) {
            sentBlocks += 1;
            if (!response.write(block)) return;
          }
          response.end(JSON.stringify(teamInfoBody));
        };
        response.on('drain', pour);
        pour();
      },
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin).teamInfo());
        assert.equal(failure.code, 'dropbox_unreadable');
      },
    );
  });

  it("ends a cancelled call with the reason of the caller's signal", async () => {
    await withServer(
      () => undefined,
      async ({ origin }) => {
        const controller = new AbortController();
        const reason = new Error('worker shuts down');
        setTimeout(() => controller.abort(reason), 50);
        await assert.rejects(clientOf(origin).teamInfo({ signal: controller.signal }), reason);
      },
    );
  });

  it('sends nothing for a caller that has cancelled or is too late', async () => {
    await withServer(
      (_request, response) => json(response, teamInfoBody),
      async ({ origin, requests }) => {
        const client = clientOf(origin);
        const reason = new Error('cancelled');
        await assert.rejects(client.teamInfo({ signal: AbortSignal.abort(reason) }), reason);
        const failure = await failureOf(
          client.removeMember({ ...remove, sendBeforeMs: performance.now() - 1 }),
        );
        assert.equal(failure.code, 'call_too_late');
        assert.equal(failure.outcomeUnknown, false);
        assert.equal(requests.length, 0);
        await client.teamInfo({ sendBeforeMs: performance.now() + 5_000 });
      },
    );
  });

  it('is too late as well when getting an access token took too long', async () => {
    await withServer(
      (_request, response) => json(response, teamInfoBody),
      async ({ origin, requests }) => {
        const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve('token'), 100));
        const client = clientOf(origin, { accessToken: { current: slow, replacing: slow } });
        const failure = await failureOf(client.teamInfo({ sendBeforeMs: performance.now() + 50 }));
        assert.equal(failure.code, 'call_too_late');
        assert.equal(requests.length, 0);
      },
    );
  });

  it('reports every call, answered or not', async () => {
    const reports: CallReport[] = [];
    const onCall = (report: CallReport) => reports.push(report);
    await withServer(
      ({ url }, response) => {
        if (url === '/2/team/get_info') return json(response, teamInfoBody);
        if (url === '/2/team/members/recover')
          return plain(response, '', { status: 429, headers: { 'Retry-After': '2' } });
        response.socket?.resetAndDestroy();
      },
      async ({ origin }) => {
        const client = clientOf(origin, { onCall });
        await client.teamInfo();
        await failureOf(client.recoverMember({ teamMemberId: 'dbmid:ada' }));
        await failureOf(client.authenticatedAdmin());
      },
    );
    assert.deepEqual(
      reports.map(({ route, status, retryAfterMs }) => [route, status, retryAfterMs]),
      [
        ['team/get_info', 200, undefined],
        ['team/members/recover', 429, 2_000],
        ['team/token/get_authenticated_admin', undefined, undefined],
      ],
    );
    assert.ok(reports.every(({ durationMs }) => durationMs > 0));
  });
});
