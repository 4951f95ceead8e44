/** Whether a change of name or address is what Dropbox shows now. */
import { parkingAddress, profileChanges } from '../src/domain/profile-changes.ts';
import type { Member } from '../src/dropbox/members.ts';
import { emailKey } from '../src/store/claims/email-key.ts';
import type { Queryable } from '../src/store/database.ts';
import { type Intent, type Profile, profileOf } from '../src/store/seats/seat-case.ts';

/** What an update's intent keeps: fields and our numbers of profiles, no names and no addresses. */
export type UpdateChoices = {
  fields: string[];
  /** Revision of the profile that the member had. */
  from: number | null;
  /** The member only steps aside, so that somebody else can have its address. */
  parks?: true;
};

/** Revisions of HR's begin with 1; of a parked member nothing is as HR says. */
export const PARKED_REVISION = 0;
export const NO_PROFILE: Profile = { email: null, givenName: null, surname: null };

/** The profile that a member was brought up to date with last; null where nobody knows. */
export async function baseOf({
  db,
  personId,
  from,
}: {
  db: Queryable;
  personId: string;
  from: number | null;
}): Promise<Profile | null> {
  if (from === PARKED_REVISION) return NO_PROFILE;
  return from === null ? null : profileOf({ tx: db, personId, revision: from });
}

/** @param isAnswered Dropbox took the call and said so: names that it hides are believed then, and only then */
export async function isUpdated({
  db,
  intent,
  own,
  personId,
  isAnswered,
}: {
  db: Queryable;
  intent: Intent;
  own: Member | null;
  personId: string;
  isAnswered: boolean;
}): Promise<boolean> {
  if (own === null || own.status === 'removed' || intent.profileRevision === null) return false;
  const { fields, from, parks } = intent.choices as UpdateChoices;
  if (parks) return isParked({ seatId: intent.seatId, email: own.email });
  const base = await baseOf({ db, personId, from });
  const wanted = await profileOf({ tx: db, personId, revision: intent.profileRevision });
  const left = profileChanges({ base, wanted, shown: own, namesSent: isAnswered });
  return fields.every((field) => !(field in left));
}

export const isParked = ({ seatId, email }: { seatId: string; email: string }): boolean =>
  emailKey(email) === emailKey(parkingAddress({ seatId, email }));
