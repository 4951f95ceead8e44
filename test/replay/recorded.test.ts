import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { type History, historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode } from '@temporalio/worker';
import { dataConverter } from '../../src/crypto/data-converter.ts';
import { RECORDING_KEY } from './recording-key.ts';
import { keyringOf, replayed, WORKFLOWS_PATH } from './replayed.ts';
import { SEAT_STORIES, SYNC_STORIES } from './stories.ts';

const FOLDER = new URL('../histories/', import.meta.url);
const STORIES = [...SEAT_STORIES, ...SYNC_STORIES];

type Recorded = HistoryAndWorkflowId & { file: string; history: History };

async function recorded(): Promise<Recorded[]> {
  const files = (await readdir(FOLDER, { recursive: true })).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => {
      const history = historyFromJSON(JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')));
      const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId;
      return { file, history, workflowId: workflowId || file };
    }),
  );
}

/** Today's code with one word for another, as somebody's careless change would have it. */
async function changedCode({ from, to }: { from: string; to: string }): Promise<string> {
  const { failureConverterPath } = dataConverter(keyringOf(RECORDING_KEY));
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    logger: QUIET,
  });
  assert.ok(code.includes(from), `the bundle holds ${from}`);
  return code.replaceAll(from, to);
}

const silent = (): void => {};
const QUIET = {
  log: silent,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
};

describe('recorded histories', () => {
  it('hold every story, and every workflow', async () => {
    const histories = await recorded();
    for (const { name } of STORIES) {
      assert.ok(
        histories.some(({ file }) => file.endsWith(`/${name}.json`)),
        name,
      );
    }
    const types = histories.map(
      ({ history }) =>
        history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? 'none',
    );
    assert.deepEqual([...new Set(types)].sort(), ['connectionChecks', 'teamSync', 'userLifecycle']);
  });

  it('say nothing of where they were recorded', async () => {
    for (const { file } of await recorded()) {
      const text = await readFile(new URL(file, FOLDER), 'utf8');
      const identities = [...text.matchAll(/"identity":\s*"([^"]*)"/g)].map(([, identity]) => identity);
      assert.ok(
        identities.every((identity) => identity === 'recorded'),
        file,
      );
    }
  });

  it('replay on the workflows of today', async () => {
    const histories = await recorded();
    const results = await replayed({ histories, keys: RECORDING_KEY });
    assert.equal(results.length, histories.length);
    assert.deepEqual(
      results.filter(({ error }) => error !== undefined),
      [],
    );
  });

  it('do not replay where a lifecycle does another step than it did', async () => {
    const code = await changedCode({
      from: '.deprovisionSeat.executeWith',
      to: '.provisionSeat.executeWith',
    });
    const histories = (await recorded()).filter(({ file }) =>
      file.endsWith('/joiner-leaver-hold-release.json'),
    );
    const [result] = await replayed({ histories, keys: RECORDING_KEY, code });
    assert.match(String(result?.error), /[Nn]ondeterminism|DeterminismViolation/);
  });

  it('do not replay where a sync takes its steps in another order', async () => {
    const there = '.compareMembers.executeWith';
    const code = (await changedCode({ from: there, to: '.SWAPPED.executeWith' }))
      .replaceAll('.restartSeats.executeWith', there)
      .replaceAll('.SWAPPED.executeWith', '.restartSeats.executeWith');
    const histories = (await recorded()).filter(({ file }) => file.endsWith('/sync-that-succeeds.json'));
    const [result] = await replayed({ histories, keys: RECORDING_KEY, code });
    assert.match(String(result?.error), /[Nn]ondeterminism|DeterminismViolation/);
  });

  it('do not replay without their key', async () => {
    const keys = `another:${Buffer.alloc(32, 1).toString('base64')}`;
    const results = await replayed({ histories: (await recorded()).slice(0, 1), keys });
    assert.ok(results[0]?.error !== undefined);
  });
});
