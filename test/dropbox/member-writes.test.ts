import assert from 'node:assert/strict';
import { clientOf, failureOf, memberBody } from './fixtures.ts';
import { json, withServer } from './scripted-server.ts';

const person = (id: string) => ({ email: `${id}@corp.example`, sendWelcomeEmail: false });
const success = (id: string) => ({
  '.tag': 'success',
  ...memberBody({ profile: { email: `${id}@corp.example` } }),
});
const refusal = (tag: string, email: string) => ({ '.tag': tag, [tag]: email });

/** What was sent and what came of adding these people when Dropbox answers so. */
async function add(ids: string[], answer: unknown) {
  let sent: unknown;
  let result: unknown;
  await withServer(
    ({ body }, response) => {
      sent = JSON.parse(body);
      json(response, answer);
    },
    async ({ origin }) => {
      const launch = await clientOf(origin).addMembers({ members: ids.map(person) });
      result =
        launch.outcome === 'job'
          ? launch.jobId
          : launch.results.map((one) => (one.outcome === 'refused' ? one.tag : one.outcome));
    },
  );
  return { sent, result };
}

describe('addMembers', () => {
  it('always says whether to send the welcome mail, and leaves out what is not known', async () => {
    const { sent } = await add(['a'], { '.tag': 'complete', complete: [success('a')] });
    assert.deepEqual(sent, { new_members: [{ member_email: 'a@corp.example', send_welcome_email: false }] });
  });

  it('tells for each person what became of them, one bad item or not', async () => {
    const { result } = await add(['a', 'b', 'c', 'd', 'e'], {
      '.tag': 'complete',
      complete: [
        success('a'),
        refusal('user_already_on_team', 'B@Corp.Example'),
        refusal('invented_yesterday', 'c@corp.example'),
        { '.tag': 'other' },
        { '.tag': 'success', profile: { email: 'e@corp.example' } },
      ],
    });
    assert.deepEqual(result, ['success', 'user_already_on_team', 'invented_yesterday', 'other', 'unknown']);
  });

  it('goes by the address when the order differs, and claims nothing of whom the answer leaves out', async () => {
    const { result } = await add(['a', 'b', 'c'], {
      '.tag': 'complete',
      complete: [refusal('team_license_limit', 'c@corp.example'), success('a')],
    });
    assert.deepEqual(result, ['success', 'unknown', 'team_license_limit']);
  });

  it('gives the id of a job', async () => {
    const { result } = await add(['a'], { '.tag': 'async_job_id', async_job_id: 'dbjid:1' });
    assert.equal(result, 'dbjid:1');
  });

  it('does not guess what an unknown answer means', async () => {
    await withServer(
      (_request, response) => json(response, { '.tag': 'queued' }),
      async ({ origin }) => {
        const failure = await failureOf(clientOf(origin).addMembers({ members: [person('a')] }));
        assert.equal(failure.code, 'dropbox_unreadable');
        assert.equal(failure.outcomeUnknown, true);
      },
    );
  });

  it('takes one to twenty people', async () => {
    const client = clientOf('http://127.0.0.1:9');
    const members = Array.from({ length: 21 }, (_, index) => person(`p${index}`));
    await assert.rejects(client.addMembers({ members }), RangeError);
    await assert.rejects(client.addMembers({ members: [] }), RangeError);
  });
});

describe('status of jobs', () => {
  it('knows a running, a finished, a broken and a strange job of adding', async () => {
    const answers: [object, string][] = [
      [{ '.tag': 'in_progress' }, 'in_progress'],
      [{ '.tag': 'complete', complete: [success('a')] }, 'complete'],
      [{ '.tag': 'failed', failed: 'a@corp.example could not be added' }, 'failed'],
      [{ '.tag': 'hibernating' }, 'unknown'],
    ];
    for (const [answer, status] of answers) {
      await withServer(
        (_request, response) => json(response, answer),
        async ({ origin }) => {
          const job = await clientOf(origin).addJobStatus({ jobId: 'dbjid:1', emails: ['a@corp.example'] });
          assert.equal(job.status, status);
          assert.doesNotMatch(JSON.stringify(job), /could not/);
        },
      );
    }
  });

  it('knows a running, a finished and a strange job of removing', async () => {
    for (const [tag, status] of [
      ['in_progress', 'in_progress'],
      ['complete', 'complete'],
      ['hibernating', 'unknown'],
    ]) {
      await withServer(
        (_request, response) => json(response, { '.tag': tag }),
        async ({ origin }) =>
          assert.equal((await clientOf(origin).removeJobStatus({ jobId: 'dbjid:1' })).status, status),
      );
    }
  });
});

describe('moveFormerMemberFiles', () => {
  const move = (origin: string) =>
    clientOf(origin).moveFormerMemberFiles({
      teamMemberId: 'dbmid:ada',
      destinationTeamMemberId: 'dbmid:bob',
      adminTeamMemberId: 'dbmid:admin',
    });

  it('names the three people by their ids, and gives the end or the id of a job', async () => {
    const member = (id: string) => ({ '.tag': 'team_member_id', team_member_id: id });
    const answers = [{ '.tag': 'complete' }, { '.tag': 'async_job_id', async_job_id: 'dbjid:1' }];
    for (const answer of answers) {
      await withServer(
        (_request, response) => json(response, answer),
        async ({ origin, requests }) => {
          const launch = await move(origin);
          assert.equal(launch.outcome === 'job' ? launch.jobId : '', answer.async_job_id ?? '');
          assert.deepEqual(
            requests.map(({ url, body }) => [url, JSON.parse(body)]),
            [
              [
                '/2/team/members/move_former_member_files',
                {
                  user: member('dbmid:ada'),
                  transfer_dest_id: member('dbmid:bob'),
                  transfer_admin_id: member('dbmid:admin'),
                },
              ],
            ],
          );
        },
      );
    }
  });

  it('asks its own route for the job, whose end it knows from a running and a strange one', async () => {
    for (const [tag, status] of [
      ['in_progress', 'in_progress'],
      ['complete', 'complete'],
      ['hibernating', 'unknown'],
    ]) {
      await withServer(
        (_request, response) => json(response, { '.tag': tag }),
        async ({ origin, requests }) => {
          assert.equal((await clientOf(origin).moveJobStatus({ jobId: 'dbjid:1' })).status, status);
          assert.match(requests[0]?.url ?? '', /move_former_member_files\/job_status\/check$/);
        },
      );
    }
  });

  it('says that the outcome is not known when the answer is none', async () => {
    await withServer(
      (_request, response) => json(response, { '.tag': 'queued' }),
      async ({ origin }) => assert.equal((await failureOf(move(origin))).outcomeUnknown, true),
    );
  });
});

describe('wipe_data', () => {
  it('is in the body of every removal and suspension', async () => {
    for (const wipeData of [false, true]) {
      await withServer(
        ({ url }, response) => json(response, url.endsWith('remove') ? { '.tag': 'complete' } : null),
        async ({ origin, requests }) => {
          const client = clientOf(origin);
          const user = { '.tag': 'team_member_id', team_member_id: 'dbmid:ada' };
          await client.removeMember({ teamMemberId: 'dbmid:ada', wipeData, keepAccount: false });
          await client.suspendMember({ teamMemberId: 'dbmid:ada', wipeData });
          assert.deepEqual(
            requests.map(({ body }) => JSON.parse(body)),
            [
              { user, wipe_data: wipeData, keep_account: false },
              { user, wipe_data: wipeData },
            ],
          );
        },
      );
    }
  });
});
