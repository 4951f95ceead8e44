import assert from 'node:assert/strict';
import { clientOf } from './fixtures.ts';
import { json, withServer } from './scripted-server.ts';

describe('whether the plan logs file events', () => {
  const said = async (values: unknown) => {
    let hasFileEvents: boolean | null = null;
    await withServer(
      (_, response) => json(response, { values }),
      async ({ origin, requests }) => {
        ({ hasFileEvents } = await clientOf(origin).features());
        assert.deepEqual(JSON.parse(requests[0]?.body ?? ''), {
          features: [{ '.tag': 'has_team_file_events' }],
        });
      },
    );
    return hasFileEvents;
  };
  const feature = (inner: object) => ({ '.tag': 'has_team_file_events', has_team_file_events: inner });

  it('is what Dropbox says of the feature', async () => {
    assert.equal(await said([feature({ '.tag': 'enabled', enabled: true })]), true);
    assert.equal(await said([{ '.tag': 'other' }, feature({ '.tag': 'enabled', enabled: false })]), false);
  });

  it('is not known where Dropbox says nothing, or nothing that we know', async () => {
    for (const values of [[], [feature({ '.tag': 'other' })], [{ '.tag': 'other' }], [null]]) {
      assert.equal(await said(values), null);
    }
  });
});
