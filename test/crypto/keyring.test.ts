import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createKeyring, type EncryptionKey } from '../../src/crypto/keyring.ts';

const keyOf = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const OLD = keyOf('2025.a');
const NEW = keyOf('2026.b');
const SECRET = 'canary-refresh-token';

describe('a keyring', () => {
  it('opens what it sealed, for the same owner', () => {
    const ring = createKeyring([OLD]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, boundTo) => {
        assert.equal(ring.openText({ sealed: ring.sealText({ plain, boundTo }), boundTo }), plain);
      }),
    );
  });

  it('opens nothing for another owner', () => {
    const ring = createKeyring([OLD]);
    const sealed = ring.sealText({ plain: SECRET, boundTo: 'grant:con_1' });
    assert.throws(() => ring.openText({ sealed, boundTo: 'grant:con_2' }));
  });

  it('opens nothing of which a single bit was changed', () => {
    const ring = createKeyring([OLD]);
    const sealed = ring.seal({ plain: Buffer.from(SECRET), boundTo: 'row' });
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] as number) ^ 1;
      assert.throws(() => ring.open({ sealed: changed, keyId: OLD.id, boundTo: 'row' }), `byte ${at}`);
    }
  });

  it('seals with its first key and opens with all, so that keys can be changed', () => {
    const sealed = createKeyring([OLD]).sealText({ plain: SECRET, boundTo: 'row' });
    const both = createKeyring([NEW, OLD]);
    assert.equal(both.openText({ sealed, boundTo: 'row' }), SECRET);
    assert.ok(both.sealText({ plain: SECRET, boundTo: 'row' }).startsWith(`${NEW.id}.`));
  });

  it('names the key that is gone', () => {
    const sealed = createKeyring([OLD]).sealText({ plain: SECRET, boundTo: 'row' });
    assert.throws(() => createKeyring([NEW]).openText({ sealed, boundTo: 'row' }), {
      name: 'UnknownKeyError',
      keyId: OLD.id,
    });
  });

  it('never seals the same thing to the same text, nor shows it', () => {
    const ring = createKeyring([OLD]);
    const seal = () => ring.sealText({ plain: SECRET, boundTo: 'row' });
    assert.notEqual(seal(), seal());
    assert.ok(!seal().includes(SECRET));
  });

  it('needs a key', () => {
    assert.throws(() => createKeyring([]));
  });
});
