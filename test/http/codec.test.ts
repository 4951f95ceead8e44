import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';
import { CODEC_TOKEN, type RunningApi, startApi } from './running-api.ts';

const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
const asJson = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)])),
  data: base64(data),
});

describe('the codec endpoint', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());

  const path = `/codec/${CODEC_TOKEN}/decode`;
  const sealed = async (value: unknown, keyring = api.keyring) => {
    const payload = defaultPayloadConverter.toPayload(value) as Payload;
    const [encoded] = await createPayloadCodec(keyring).encode([payload]);
    return asJson(encoded as Payload);
  };

  it('decrypts what workflows carry, for the origin of the Temporal UI', async () => {
    const answer = await api.call(`POST ${path}`, {
      key: null,
      body: { payloads: [await sealed({ planVersion: 7 })] },
      headers: { origin: 'http://localhost:8233', 'x-namespace': 'default' },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'http://localhost:8233');
    const [payload] = answer.json.payloads;
    assert.equal(Buffer.from(payload.metadata.encoding, 'base64').toString(), 'json/plain');
    assert.equal(Buffer.from(payload.data, 'base64').toString(), '{"planVersion":7}');
  });

  it('answers the preflight with the headers that the UI sends', async () => {
    const answer = await api.call(`OPTIONS ${path}`, {
      key: null,
      headers: { origin: 'http://localhost:8233' },
    });
    assert.equal(answer.status, 204);
    const allowed = answer.headers.get('access-control-allow-headers') ?? '';
    for (const name of ['content-type', 'x-namespace', 'authorization']) assert.ok(allowed.includes(name));
  });

  it('takes a body without payloads', async () => {
    for (const raw of ['{}', undefined]) {
      const answer = await api.call(`POST ${path}`, { key: null, ...(raw === undefined ? {} : { raw }) });
      assert.deepEqual([answer.status, answer.json], [200, { payloads: [] }]);
    }
  });

  it('leaves alone what it cannot read, and reads the rest', async () => {
    const foreign = createKeyring([{ id: 'other', key: randomBytes(32) }]);
    const unreadable = await sealed('lost', foreign);
    const plain = asJson(defaultPayloadConverter.toPayload('plain') as Payload);
    const payloads = [unreadable, plain, await sealed('found')];
    const { json } = await api.call(`POST ${path}`, { key: null, body: { payloads } });
    assert.deepEqual(json.payloads[0], unreadable);
    assert.deepEqual(json.payloads[1], plain);
    assert.equal(Buffer.from(json.payloads[2].data, 'base64').toString(), '"found"');
  });

  it('is not there for anybody without its token, nor for encoding', async () => {
    const wrong = await api.call(`POST /codec/${'x'.repeat(43)}/decode`, { key: null, body: {} });
    assert.deepEqual([wrong.status, wrong.json.code], [404, 'unknown_path']);
    assert.equal(wrong.headers.get('access-control-allow-origin'), null);
    assert.equal((await api.call(`POST /codec/${CODEC_TOKEN}/encode`, { key: null, body: {} })).status, 404);
    assert.equal((await api.call(`GET ${path}`, { key: null })).status, 405);
    assert.equal((await api.call(`POST ${path}`, { key: null, body: { payloads: 7 } })).status, 422);
    assert.ok(!api.logged.join('').includes(CODEC_TOKEN));
  });
});
