/** The converter that every client and worker uses: encrypted payloads, and failures without readable text. */
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { Keyring } from './keyring.ts';
import { createPayloadCodec } from './payload-codec.ts';

export const dataConverter = (keyring: Keyring): DataConverter => ({
  payloadCodecs: [createPayloadCodec(keyring)],
  failureConverterPath: fileURLToPath(new URL('./failure-converter.ts', import.meta.url)),
});
