/** What can be said about a person, and what it amounts to. */

export type FactType =
  | 'joiner'
  | 'mover'
  | 'leaver'
  | 'suspension'
  | 'reinstatement'
  | 'cancellation'
  /** A PUT of a person: the fields it names, and a state if it names one. */
  | 'person'
  /** A PUT of a group, as far as it concerns this person. */
  | 'membership';

export type PersonState = 'active' | 'suspended' | 'left';

export const PROFILE_FIELDS = ['email', 'givenName', 'surname', 'managerExternalId', 'timeZone'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];
export type ProfileFields = Partial<Record<ProfileField, string>>;

/** One fact about one person. Times in milliseconds since the epoch. */
export type PersonFact = {
  /** Our number for it; names it in plans without saying anything about the person. */
  id: number;
  source: string;
  eventId: string;
  type: FactType;
  occurredAtMs: number;
  effective: { atMs: number } | { date: string };
  returnAt?: { atMs: number } | { date: string };
  fields: ProfileFields;
  /** The groups an event names: all that events give this person from then on. */
  groups?: string[];
  /** State that a `person` fact sets. */
  state?: PersonState;
  /** What a `membership` fact says about one group. */
  membership?: { group: string; member: boolean };
};

/** The person over a span of time, which ends where the next slice begins. */
export type PersonSlice = {
  /** RFC 3339, UTC. */
  from: string;
  /** Null: nobody has said that this person joined. */
  state: PersonState | null;
  email: string | null;
  givenName: string | null;
  surname: string | null;
  managerExternalId: string | null;
  timeZone: string | null;
  groups: string[];
  /** When the state took effect, RFC 3339, UTC; null without one. A slice may begin later, with another change. */
  stateFrom: string | null;
  /** The fact that decided the state. */
  cause: { fact: number; type: FactType } | null;
};
