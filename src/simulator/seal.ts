import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Opaque tokens and cursors that carry their own contents, so that nothing has to be stored per token: AES-256-GCM under
 * the world's key. What was not sealed here, or was altered, or sealed for another purpose, does not open.
 */
export class Seal {
  private readonly key: Buffer;

  constructor(key: Buffer) {
    this.key = key;
  }

  close({ purpose, content }: { purpose: string; content: unknown }): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(purpose));
    const body = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  }

  open({ purpose, text }: { purpose: string; text: string }): unknown {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 29) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(12, 28));
    try {
      return JSON.parse(
        Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8'),
      );
    } catch {
      return undefined;
    }
  }
}
