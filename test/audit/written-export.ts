/** Files as the export writes them, made of the recorded histories. */
import { readdir, readFile } from 'node:fs/promises';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { decodePayloads } from '../../src/commands/person-histories.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../src/domain/audit-export.ts';
import { RECORDING_KEY } from '../replay/recording-key.ts';
import { keyringOf } from '../replay/replayed.ts';

const HISTORIES = new URL('../histories/', import.meta.url);

type Event = {
  eventId: string;
  eventType: string;
  eventTime: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
};
export type RecordedRun = ReturnType<typeof runOf>;

const runOf = ({ name, events }: { name: string; events: Event[] }) => ({
  workflowId: `story/${name}`,
  runId: name,
  workflowType: name.includes('sync') ? 'teamSync' : 'userLifecycle',
  startedAt: '2026-11-22T09:00:00.000Z',
  closedAt: null as string | null,
  status: 'RUNNING',
  history: { events },
});

/** Of every version, the newest last. */
const files = async (): Promise<string[]> =>
  (await readdir(HISTORIES, { recursive: true })).filter((file) => file.endsWith('.json')).sort();

export const recordedNames = async (): Promise<string[]> => (await files()).map((file) => file.slice(0, -5));

/**
 * @param name of the file, with or without the version before it
 * @param upTo the last event; by default the history is whole
 */
export async function recordedRun({
  name,
  upTo = Number.POSITIVE_INFINITY,
}: {
  name: string;
  upTo?: number;
}): Promise<RecordedRun> {
  const file = (await files()).findLast((one) => one === `${name}.json` || one.endsWith(`/${name}.json`));
  const text = await readFile(new URL(file ?? name, HISTORIES), 'utf8');
  const history = historyFromJSON(JSON.parse(text));
  await decodePayloads({ value: history, codec: createPayloadCodec(keyringOf(RECORDING_KEY)) });
  const { events } = JSON.parse(historyToJSON(history)) as { events: Event[] };
  return runOf({ name, events: events.filter(({ eventId }) => Number(eventId) <= upTo) });
}

export const exportOf = (histories: object[]) => ({
  format: EXPORT_FORMAT,
  version: EXPORT_VERSION,
  exportedAt: '2026-11-22T10:00:00.000Z',
  product: '0.1.0',
  person: 'E100',
  entries: [],
  seats: [],
  histories,
  complete: true,
});

/** The event of the run that begins this activity for the first time. */
export async function scheduled({ name, activity }: { name: string; activity: string }): Promise<Event> {
  const { events } = (await recordedRun({ name })).history;
  const event = events.find(
    (one) => one.activityTaskScheduledEventAttributes?.activityType.name === activity,
  );
  if (event === undefined) throw new Error(`${name} has no ${activity}`);
  return event;
}
