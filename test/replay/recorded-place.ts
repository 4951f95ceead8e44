/** What a recorded history says of the machine that it was recorded on: process identities, and paths in stacks. */
import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { RECORDING_KEY } from './recording-key.ts';
import { keyringOf } from './replayed.ts';

const codec = createPayloadCodec(keyringOf(RECORDING_KEY));

/** The same history, for any machine: a replay needs neither. */
export async function withoutThePlace(history: History): Promise<History> {
  await forget(history);
  return history;
}

async function forget(value: unknown): Promise<void> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if ('identity' in value && typeof value.identity === 'string') value.identity = 'recorded';
  if ('encodedAttributes' in value && isPayload(value.encodedAttributes)) {
    value.encodedAttributes = await withoutStack(value.encodedAttributes);
  }
  for (const part of Object.values(value)) await forget(part);
}

const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && 'data' in value;

async function withoutStack(encoded: Payload): Promise<Payload> {
  const [payload] = await codec.decode([encoded]);
  const attributes: unknown = JSON.parse(new TextDecoder().decode(payload?.data ?? undefined));
  const data = new TextEncoder().encode(JSON.stringify({ ...(attributes as object), stack_trace: '' }));
  const [sealed] = await codec.encode([{ ...payload, data }]);
  return sealed ?? encoded;
}
