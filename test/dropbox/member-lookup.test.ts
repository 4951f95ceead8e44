import assert from 'node:assert/strict';
import type { MemberSelector } from '../../src/dropbox/member-lookup.ts';
import { clientOf, failureOf, memberBody } from './fixtures.ts';
import { json, withServer } from './scripted-server.ts';

const found = (id: string, profile: object = {}) => ({
  '.tag': 'member_info',
  ...memberBody({
    profile: { team_member_id: `dbmid:${id}`, external_id: id, email: `${id}@corp.example`, ...profile },
  }),
});
const notFound = (sent: string) => ({ '.tag': 'id_not_found', id_not_found: sent });

/** The members found for the selectors when Dropbox answers with these items. */
async function lookUp(selectors: MemberSelector[], items: object[]) {
  let ids: (string | undefined)[] = [];
  await withServer(
    (_request, response) => json(response, { members_info: items }),
    async ({ origin }) => {
      const { members } = await clientOf(origin).getMembers({ selectors });
      ids = members.map((member) => member?.teamMemberId);
    },
  );
  return ids;
}

const byEmail = (id: string) => ({ email: `${id}@corp.example` });

describe('getMembers', () => {
  it('gives one member or null for each selector, in their order', async () => {
    const selectors = [{ teamMemberId: 'dbmid:a' }, { externalId: 'b' }, byEmail('c')];
    const items = [found('a'), found('b'), notFound('c@corp.example')];
    assert.deepEqual(await lookUp(selectors, items), ['dbmid:a', 'dbmid:b', undefined]);
    assert.deepEqual(await lookUp(selectors, items.toReversed()), ['dbmid:a', 'dbmid:b', undefined]);
  });

  it('compares addresses without regard to case, and knows secondary ones', async () => {
    assert.deepEqual(await lookUp([{ email: 'A@Corp.Example' }], [found('a')]), ['dbmid:a']);
    const secondary_emails = [{ email: 'old@corp.example', is_verified: true }];
    assert.deepEqual(await lookUp([byEmail('old')], [found('a', { secondary_emails })]), ['dbmid:a']);
  });

  it('goes by the place for somebody under another address, unless that is somebody else asked for', async () => {
    const rewritten = found('a', { email: 'a@corp.example#removed', status: { '.tag': 'removed' } });
    assert.deepEqual(await lookUp([byEmail('a')], [rewritten]), ['dbmid:a']);
    assert.deepEqual(await lookUp([byEmail('a'), byEmail('b')], [rewritten, found('b')]), [
      'dbmid:a',
      'dbmid:b',
    ]);
    await assert.rejects(lookUp([byEmail('a'), byEmail('b')], [found('b'), rewritten]));
  });

  it('never takes one person for another, nor silence for absence', async () => {
    const wrongAnswers = [
      [],
      [found('b'), found('c')],
      [notFound('b@corp.example')],
      [{ '.tag': 'other' }],
      [{ '.tag': 'member_info' }],
    ];
    for (const items of wrongAnswers) {
      await withServer(
        (_request, response) => json(response, { members_info: items }),
        async ({ origin }) => {
          const failure = await failureOf(clientOf(origin).getMembers({ selectors: [byEmail('a')] }));
          assert.equal(failure.code, 'dropbox_unreadable');
          const byId = clientOf(origin).getMembers({ selectors: [{ teamMemberId: 'dbmid:a' }] });
          assert.equal((await failureOf(byId)).code, 'dropbox_unreadable');
        },
      );
    }
  });

  it('asks for at most a hundred in one call', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => `m${index}`);
    await withServer(
      ({ body }, response) => {
        const { members } = JSON.parse(body) as { members: { external_id: string }[] };
        json(response, {
          members_info: members.map(({ external_id: id }) => (id.endsWith('7') ? notFound(id) : found(id))),
        });
      },
      async ({ origin, requests }) => {
        const selectors = ids.map((externalId) => ({ externalId }));
        const { members } = await clientOf(origin).getMembers({ selectors });
        assert.deepEqual(
          requests.map(({ body }) => JSON.parse(body).members.length),
          [100, 100, 30],
        );
        assert.deepEqual(
          members.map((member) => member?.externalId ?? null),
          ids.map((id) => (id.endsWith('7') ? null : id)),
        );
      },
    );
  });
});
