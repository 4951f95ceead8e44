/** Personal values of the record, opened for those who may read them. */
import type { Keyring } from '../crypto/keyring.ts';
import { openPersonalValues } from '../crypto/personal-values.ts';
import type { SealedValues } from '../read-model/record-item.ts';

export type OpenedValues = {
  /** Absent: the entry has none. Null: it has, and they cannot be read. */
  personal?: Record<string, string> | null;
  /** Why not: the person's key was deleted, or ENCRYPTION_KEYS no longer holds what sealed it. */
  note?: 'erased' | 'key_missing';
};

export function openedValues({
  keyring,
  sealed,
}: {
  keyring: Pick<Keyring, 'openText'>;
  sealed: SealedValues | null;
}): OpenedValues {
  if (sealed === null) return {};
  const { sealedKey } = sealed;
  if (sealedKey === null) return { personal: null, note: 'erased' };
  try {
    return { personal: openPersonalValues({ keyring, ...sealed, sealedKey }) };
  } catch (error) {
    // Anything else means that key and ciphertext were changed, which must not pass for an erasure.
    if (error instanceof Error && error.name === 'UnknownKeyError') {
      return { personal: null, note: 'key_missing' };
    }
    throw error;
  }
}
