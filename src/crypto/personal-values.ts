/**
 * Names and addresses as the record keeps them: sealed under a key of the person they are about. Who deletes the key
 * takes them out of every entry at once, and leaves the entries as they are.
 */
import { randomBytes } from 'node:crypto';
import { createKeyring, type Keyring } from './keyring.ts';

const KEY_BYTES = 32;
/** Names the key in what it sealed; each subject has one. */
const KEY_ID = 'subject';

/** What the key of a subject, and its values, are sealed for. */
export const recordBinding = (subject: string): string => `record:${subject}`;
const ringOf = (key: Buffer): Keyring => createKeyring([{ id: KEY_ID, key }]);

/** A new key, as the database keeps it. */
export const newSubjectKey = ({
  keyring,
  subject,
}: {
  keyring: Pick<Keyring, 'sealText'>;
  subject: string;
}): string =>
  keyring.sealText({ plain: randomBytes(KEY_BYTES).toString('base64'), boundTo: recordBinding(subject) });

/** @throws when ENCRYPTION_KEYS no longer holds the key that sealed it */
function openKey({
  keyring,
  subject,
  sealedKey,
}: {
  keyring: Pick<Keyring, 'openText'>;
  subject: string;
  sealedKey: string;
}): Keyring {
  const plain = keyring.openText({ sealed: sealedKey, boundTo: recordBinding(subject) });
  return ringOf(Buffer.from(plain, 'base64'));
}

export type PersonalValues = Record<string, string>;

/** Seals the values of one subject, any number of times with one opening of the key. */
export function sealerOf(subject: {
  keyring: Pick<Keyring, 'openText'>;
  subject: string;
  sealedKey: string;
}): (values: PersonalValues) => string {
  const ring = openKey(subject);
  return (values) =>
    ring.sealText({ plain: JSON.stringify(values), boundTo: recordBinding(subject.subject) });
}

/** @throws when key, ciphertext or subject do not belong together */
export function openPersonalValues({
  sealed,
  ...subject
}: {
  keyring: Pick<Keyring, 'openText'>;
  subject: string;
  sealedKey: string;
  sealed: string;
}): PersonalValues {
  const plain = openKey(subject).openText({ sealed, boundTo: recordBinding(subject.subject) });
  return JSON.parse(plain) as PersonalValues;
}
