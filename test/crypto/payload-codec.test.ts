import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { dataConverter } from '../../src/crypto/data-converter.ts';
import { failureConverter } from '../../src/crypto/failure-converter.ts';
import { createKeyring } from '../../src/crypto/keyring.ts';
import { createPayloadCodec } from '../../src/crypto/payload-codec.ts';

const CANARY = 'canary.person@corp.example';
const key = (id: string) => ({ id, key: randomBytes(32) });
const OLD = key('old');
const codec = createPayloadCodec(createKeyring([OLD]));

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;
const contentOf = (payload: Payload | undefined): unknown =>
  defaultPayloadConverter.fromPayload(payload as Payload);
/** Everything that a server could read in it. */
const readable = (payloads: Payload[]): string =>
  payloads.map(({ data, metadata }) => [data, ...Object.values(metadata ?? {})].map(String).join()).join() +
  payloads.map(({ data }) => Buffer.from(data ?? []).toString('latin1')).join();

describe('the payload codec', () => {
  it('gives back what it was given, in order', async () => {
    const values = [{ seatId: '1', steps: [1, null, 'ü'] }, null, 'text', 3.5, [true], { until: 'P7D' }];
    const decoded = await codec.decode(await codec.encode(values.map(payloadOf)));
    assert.deepEqual(decoded.map(contentOf), values);
  });

  it('leaves nothing for the server to read', async () => {
    const encoded = await codec.encode([payloadOf({ note: CANARY })]);
    assert.ok(!readable(encoded).includes('canary'));
    assert.equal(Buffer.from(encoded[0]?.metadata?.encoding ?? []).toString(), 'binary/encrypted');
  });

  it('reads what older keys wrote, and passes on what nobody encrypted', async () => {
    const encoded = await codec.encode([payloadOf('kept')]);
    const rotated = createPayloadCodec(createKeyring([key('new'), OLD]));
    const [kept, plain] = await rotated.decode([...encoded, payloadOf('plain')]);
    assert.deepEqual([contentOf(kept), contentOf(plain)], ['kept', 'plain']);
  });

  it('refuses what was changed on the way', async () => {
    const [encoded] = await codec.encode([payloadOf('kept')]);
    const data = Buffer.from(encoded?.data ?? []);
    data[data.length - 1] = (data.at(-1) as number) ^ 1;
    await assert.rejects(codec.decode([{ ...encoded, data }]));
  });
});

describe('a failure', () => {
  it('carries its code in the open and its text encrypted', async () => {
    const failure = ApplicationFailure.create({ message: `refused ${CANARY}`, type: 'dropbox_refused' });
    failure.stack = `at ${CANARY}`;
    const proto = failureConverter.errorToFailure(failure, defaultPayloadConverter);
    assert.equal(proto.applicationFailureInfo?.type, 'dropbox_refused');
    const { encodedAttributes, ...open } = proto;
    assert.ok(!JSON.stringify(open).includes('canary'));
    const encoded = await codec.encode([encodedAttributes as Payload]);
    assert.ok(!readable(encoded).includes('canary'));
    const [decoded] = await codec.decode(encoded);
    const back = failureConverter.failureToError(
      { ...proto, encodedAttributes: decoded as Payload },
      defaultPayloadConverter,
    );
    assert.match(back.message, /canary/);
  });

  it('is written by the converter that clients and workers are given', async () => {
    const { failureConverterPath, payloadCodecs } = dataConverter(createKeyring([OLD]));
    assert.equal(payloadCodecs?.length, 1);
    const loaded: { failureConverter: unknown } = await import(failureConverterPath as string);
    assert.deepEqual(loaded.failureConverter, failureConverter);
  });
});
