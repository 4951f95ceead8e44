/**
 * The second wall around what workflows carry: payloads are ciphertext on the Temporal server. (The first wall is that
 * names, addresses and tokens never enter a workflow.) The key id travels in the metadata, so keys can be changed.
 */
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Keyring } from './keyring.ts';

// CommonJS whose names Node cannot see from outside.
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const ENCODING = 'binary/encrypted';
const BOUND_TO = 'temporal-payload';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined): string => new TextDecoder().decode(value ?? undefined);

export function createPayloadCodec(keyring: Keyring): PayloadCodec {
  return {
    async encode(payloads) {
      return payloads.map((payload) => {
        const plain = PayloadMessage.encode(payload).finish();
        return {
          metadata: { encoding: bytes(ENCODING), 'encryption-key-id': bytes(keyring.currentKeyId) },
          data: keyring.seal({ plain, boundTo: BOUND_TO }),
        };
      });
    },
    async decode(payloads) {
      return payloads.map((payload): Payload => {
        if (text(payload.metadata?.encoding) !== ENCODING) return payload;
        const keyId = text(payload.metadata?.['encryption-key-id']);
        const plain = keyring.open({ sealed: payload.data ?? new Uint8Array(), keyId, boundTo: BOUND_TO });
        return PayloadMessage.decode(plain);
      });
    },
  };
}
