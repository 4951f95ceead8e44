/** Everything that Temporal keeps of a run, as one text: what anybody who reads its database, with all keys, can see. */
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common/lib/proto-utils.js';
import type { createPayloadCodec } from '../../src/crypto/payload-codec.ts';

type Codec = ReturnType<typeof createPayloadCodec>;
export type Read = {
  /** Payloads decoded where the codec can. */
  text: string;
  /** How many payloads came out of the codec. */
  decoded: number;
};

/**
 * @param codec without one, payloads are read as they are kept
 */
export async function readAll({ value, codec }: { value: unknown; codec: Codec | null }): Promise<Read> {
  const pieces: string[] = [];
  const counted = { decoded: 0 };
  await collect({ value, codec, pieces, counted });
  return { text: pieces.join('\n'), ...counted };
}

async function collect({
  value,
  codec,
  pieces,
  counted,
}: {
  value: unknown;
  codec: Codec | null;
  pieces: string[];
  counted: { decoded: number };
}): Promise<void> {
  if (typeof value === 'string') {
    pieces.push(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Uint8Array) {
    pieces.push(Buffer.from(value).toString('latin1'), Buffer.from(value).toString('utf8'));
    return;
  }
  if (isPayload(value)) {
    const [plain = value] = codec === null ? [value] : await codec.decode([value]);
    if (plain !== value) counted.decoded += 1;
    for (const [name, bytes] of Object.entries(plain.metadata ?? {})) {
      pieces.push(`${name}=${Buffer.from(bytes).toString('utf8')}`);
    }
    await collect({ value: plain.data ?? null, codec, pieces, counted });
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    pieces.push(key);
    await collect({ value: part, codec, pieces, counted });
  }
}

const isPayload = (value: object): value is Payload =>
  'metadata' in value && 'data' in value && value.data instanceof Uint8Array;

/** Histories and descriptions (search attributes, memo, summaries, pending activities' failures) of all runs. */
export async function everythingKept({
  client,
  workflowIds,
}: {
  client: Client;
  workflowIds: string[];
}): Promise<unknown[]> {
  const kept: unknown[] = [];
  for (const workflowId of workflowIds) {
    const query = `WorkflowId = '${workflowId}'`;
    for await (const { runId } of client.workflow.list({ query })) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { raw } = await handle.describe();
      kept.push({ ...raw }, await handle.fetchHistory());
    }
  }
  return kept;
}
