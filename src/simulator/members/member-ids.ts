import { type Cipher, createCipheriv, createDecipheriv, createHash, type Decipher } from 'node:crypto';

const PREFIX = 'dbmid:AA';
const ACCOUNT_PREFIX = 'dbid:AA';
/** One cipher call is slow enough to tell when tens of thousands of events name members. */
const REMEMBERED_IDS = 20_000;
const MEMBER_MARK = 0x6d656d62; // "memb": a block that decrypts to anything else was not made here

/**
 * Ids that look random and still say which member they belong to, so that no table of a million ids is needed: the index,
 * encrypted as one AES block under a key of the team. A foreign or invented id decrypts to nonsense and is refused.
 */
export class MemberIds {
  private readonly cipher: Cipher;
  private readonly decipher: Decipher;
  private readonly recent = new Map<number, string>();
  private readonly block = Buffer.alloc(16);

  constructor(teamSeed: string) {
    const key = createHash('sha256').update(teamSeed).digest().subarray(0, 16);
    // One block at a time, never two that are alike: ECB without padding is a plain permutation here.
    this.cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  teamMemberId(index: number): string {
    const known = this.recent.get(index);
    if (known !== undefined) return known;
    const id = PREFIX + this.encrypted(MEMBER_MARK, index).toString('base64url');
    if (this.recent.size >= REMEMBERED_IDS) this.recent.clear();
    this.recent.set(index, id);
    return id;
  }

  /** Always 40 characters, as Stone's `users_common.AccountId` demands. */
  accountId(index: number): string {
    const text =
      this.encrypted(1, index).toString('base64url') + this.encrypted(2, index).toString('base64url');
    return ACCOUNT_PREFIX + text.slice(0, 33);
  }

  indexOf(teamMemberId: string): number | undefined {
    if (!teamMemberId.startsWith(PREFIX)) return undefined;
    const bytes = Buffer.from(teamMemberId.slice(PREFIX.length), 'base64url');
    if (bytes.length !== 16) return undefined;
    const plain = this.decipher.update(bytes);
    const index = plain.readUIntBE(10, 6);
    // Base64 has several spellings of the last bits: only the one that was handed out is the id.
    return plain.readUInt32BE(0) === MEMBER_MARK && this.teamMemberId(index) === teamMemberId
      ? index
      : undefined;
  }

  /** The first 22 characters of an account id are a whole block, and so lead back to the member. */
  indexOfAccount(accountId: string): number | undefined {
    if (!accountId.startsWith(ACCOUNT_PREFIX)) return undefined;
    const bytes = Buffer.from(
      accountId.slice(ACCOUNT_PREFIX.length, ACCOUNT_PREFIX.length + 22),
      'base64url',
    );
    if (bytes.length !== 16) return undefined;
    const index = this.decipher.update(bytes).readUIntBE(10, 6);
    return this.accountId(index) === accountId ? index : undefined;
  }

  private encrypted(mark: number, index: number): Buffer {
    this.block.fill(0);
    this.block.writeUInt32BE(mark, 0);
    this.block.writeUIntBE(index, 10, 6);
    return this.cipher.update(this.block);
  }
}
