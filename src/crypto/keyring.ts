/**
 * AES-256-GCM with a key id: the first key encrypts, all decrypt, so that keys can be changed while both are known.
 * Used for grants at rest (bound to their row) and for everything that workflows carry.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export type EncryptionKey = { id: string; key: Buffer };

export type Keyring = {
  /** Key id of what is sealed from now on. */
  currentKeyId: string;
  /** @param boundTo what the ciphertext belongs to; opening it for anything else fails */
  seal(input: { plain: Uint8Array; boundTo: string }): Buffer;
  /** @throws UnknownKeyError, or an error of node:crypto when ciphertext or binding were changed */
  open(input: { sealed: Uint8Array; keyId: string; boundTo: string }): Buffer;
  /** `keyId.base64url`, for text columns. */
  sealText(input: { plain: string; boundTo: string }): string;
  openText(input: { sealed: string; boundTo: string }): string;
};

/** Key ids may hold dots; base64url never does. */
export const keyIdOf = (sealed: string): string => sealed.slice(0, sealed.lastIndexOf('.'));

/** The key is not in ENCRYPTION_KEYS any more: what it sealed cannot be read. */
export class UnknownKeyError extends Error {
  readonly code = 'encryption_key_missing';
  constructor(readonly keyId: string) {
    super(`No key "${keyId}" in ENCRYPTION_KEYS; put it back to read what it encrypted.`);
    this.name = 'UnknownKeyError';
  }
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param keys 32 bytes each, at least one */
export function createKeyring(keys: readonly EncryptionKey[]): Keyring {
  const current = keys[0];
  if (current === undefined) throw new Error('a keyring needs at least one key');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));

  const seal: Keyring['seal'] = ({ plain, boundTo }) => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(boundTo));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  };

  const open: Keyring['open'] = ({ sealed, keyId, boundTo }) => {
    const key = byId.get(keyId);
    if (key === undefined) throw new UnknownKeyError(keyId);
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  };

  return {
    currentKeyId: current.id,
    seal,
    open,
    sealText: ({ plain, boundTo }) =>
      `${current.id}.${seal({ plain: Buffer.from(plain), boundTo }).toString('base64url')}`,
    openText: ({ sealed, boundTo }) => {
      const keyId = keyIdOf(sealed);
      const bytes = Buffer.from(sealed.slice(keyId.length + 1), 'base64url');
      return open({ sealed: bytes, keyId, boundTo }).toString();
    },
  };
}
