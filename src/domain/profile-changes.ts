/**
 * What HR's change of a name or address means for a member. Pure. The rules:
 * 1. Only what HR changed since the member was last brought up to date is carried over: an adopted member keeps the
 *    names it had, and what somebody calls themselves in Dropbox stays until HR says something else.
 * 2. What Dropbox shows already is not asked for again.
 * 3. An address that differs only in case is the same address.
 * 4. Dropbox shows no names of somebody invited: those are sent, and nobody can read them back.
 */
import { dropboxName } from './provisioning.ts';
import type { MemberStatus } from './seat.ts';

export type ProfileField = 'email' | 'givenName' | 'surname';
/** As the directory has it. */
export type DirectoryProfile = Readonly<Record<ProfileField, string | null>>;
/** As Dropbox shows it; names are empty where they are hidden. */
export type ShownProfile = Readonly<Record<ProfileField, string>> & { status: MemberStatus };
/** Only what is to be changed. */
export type ProfileChanges = Partial<Record<ProfileField, string>>;

const NAMES = ['givenName', 'surname'] as const;

/**
 * @param base what the member was last brought up to date with; null when that is not known, then nothing is changed
 * @param namesSent this very attempt has sent the names, and Dropbox took them
 */
export function profileChanges({
  base,
  wanted,
  shown,
  namesSent,
}: {
  base: DirectoryProfile | null;
  wanted: DirectoryProfile;
  shown: ShownProfile;
  namesSent: boolean;
}): ProfileChanges {
  const changes: ProfileChanges = {};
  if (base === null) return changes;
  const { email } = wanted;
  if (email !== null && !sameAddress(email, base.email) && !sameAddress(email, shown.email)) {
    changes.email = email;
  }
  for (const field of NAMES) {
    const name = dropboxName(wanted[field]);
    // A name that is gone, or of which Dropbox would take no sign, cannot be set: the member keeps the one it has.
    if (name === undefined || name === dropboxName(base[field])) continue;
    const isHidden = shown.status === 'invited' && shown[field] === '';
    if (isHidden ? !namesSent : !sameName(name, shown[field])) changes[field] = name;
  }
  return changes;
}

const sameAddress = (a: string, b: string | null): boolean => a.toLowerCase() === b?.toLowerCase();

/** Signs with accents may be written in two ways that look the same. */
const sameName = (a: string, b: string): boolean => a.normalize('NFC') === b.normalize('NFC');

const PARKED = 'seatkeeper-parked-';

/**
 * Where somebody stands for a moment so that two people can swap addresses: the same for a seat each time, on the
 * domain of the address that is left.
 */
export function parkingAddress({ seatId, email }: { seatId: string; email: string }): string {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return `${PARKED}${seatId.replace(/^seat_/, '').slice(0, 24)}@${domain}`;
}
