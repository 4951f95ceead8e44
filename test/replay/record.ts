/**
 * Records the histories that test/replay/recorded.test.ts replays:
 *
 *   node --import=tsx test/replay/record.ts
 *
 * It writes test/histories/<version of package.json>/<story>.json. Run it when a workflow changes and that version is
 * not released yet. What was released stays as it is: today's code must be able to replay it (see the README there).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { deleteSchedule } from '../../src/commands/relay/tell-sync.ts';
import { stopTestPostgres } from '../support/postgres.ts';
import { startRig } from '../support/rig.ts';
import { stopTestTemporal } from '../support/temporal.ts';
import { withoutThePlace } from './recorded-place.ts';
import { RECORDING_KEY } from './recording-key.ts';
import { SEAT_STORIES, type Story, SYNC_STORIES } from './stories.ts';

async function record({ stories, folder }: { stories: readonly Story[]; folder: URL }): Promise<void> {
  const rig = await startRig({ encryptionKey: RECORDING_KEY });
  try {
    for (const { name, tell } of stories) {
      const { workflowId, runId } = await tell(rig);
      const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
      await writeFile(new URL(`${name}.json`, folder), `${historyToJSON(await withoutThePlace(history))}\n`);
      process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
    }
  } finally {
    await deleteSchedule(rig);
    await rig.stop();
  }
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const folder = new URL(`../histories/${version}/`, import.meta.url);
await mkdir(folder, { recursive: true });
try {
  await record({ stories: SEAT_STORIES, folder });
  await record({ stories: SYNC_STORIES, folder });
} finally {
  await stopTestTemporal();
  await stopTestPostgres();
}
process.exit();
