import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type Rig, startRig } from '../support/rig.ts';
import { RECORDING_KEY } from './recording-key.ts';
import { replayed } from './replayed.ts';
import { SEAT_STORIES } from './stories.ts';

describe('a history that was just made', () => {
  let rig: Rig;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seatkeeper-history-'));
    rig = await startRig({ encryptionKey: RECORDING_KEY });
  });
  after(async () => {
    await rig?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('replays after it was exported as JSON and read back', async () => {
    const story = SEAT_STORIES[0];
    assert.ok(story);
    const { workflowId, runId } = await story.tell(rig);
    const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const file = join(folder, 'exported.json');
    // With two copies of protobufjs installed, writing or reading throws "type must be a Type".
    await writeFile(file, historyToJSON(history));
    const again = historyFromJSON(JSON.parse(await readFile(file, 'utf8')));
    assert.equal(again.events?.length, history.events?.length);
    const results = await replayed({ histories: [{ workflowId, history: again }], keys: RECORDING_KEY });
    assert.equal(results.length, 1);
    assert.equal(results[0]?.error, undefined);
  });
});
