/**
 * The directory without HR events. A PUT is a fact that holds from now on and says only what it names; putting a group
 * replaces its members, whoever gave them.
 */
import { randomBytes } from 'node:crypto';
import type { Keyring } from '../crypto/keyring.ts';
import type { PersonState } from '../domain/fact.ts';
import { isTimeZone } from '../domain/time-zone.ts';
import type { Database, Transaction } from '../store/database.ts';
import {
  indexedMembers,
  indexMembers,
  lockGroup,
  slicesOfPerson,
  unknownGroups,
  unknownPeople,
} from '../store/directory.ts';
import { appendFacts, type DirectoryFact } from '../store/facts.ts';
import { lastWordsOnGroup } from '../store/group-facts.ts';
import type { FactBody } from '../store/planning/person-facts.ts';
import { foldAndPlan } from '../store/planning/plan-seats.ts';
import { INLINE_SEATS, requestRecompute } from '../store/planning/recompute.ts';
import { inTransaction } from '../store/transaction.ts';
import { bodyHash } from './canonical.ts';
import { notBefore } from './present.ts';
import { CommandRefusal } from './refusal.ts';

const SOURCE = 'directory';

export type PersonChange = {
  email?: string | undefined;
  givenName?: string | undefined;
  surname?: string | undefined;
  managerExternalId?: string | undefined;
  timeZone?: string | undefined;
  groups?: string[] | undefined;
  /** Somebody without a state becomes active by the first PUT. */
  state?: PersonState | undefined;
};

let counter = 0;
/** Two processes may count the same in the same millisecond. */
const PROCESS = randomBytes(4).toString('hex');

/** Later PUTs sort behind earlier ones of the same millisecond. */
function factId(now: Date): string {
  counter = (counter + 1) % 1_000_000;
  return `put-${now.getTime()}-${String(counter).padStart(6, '0')}-${PROCESS}`;
}

const factRow = ({
  type,
  personId,
  body,
  hash = bodyHash(body),
  actor,
  now,
}: {
  type: 'person' | 'membership';
  personId: string;
  body: FactBody;
  hash?: string;
  actor: string;
  now: Date;
}): DirectoryFact => ({
  source: SOURCE,
  eventId: factId(now),
  type,
  personId,
  occurredAt: now,
  effectiveAt: now,
  body,
  bodyHash: hash,
  actor,
  receivedAt: now,
});

/** @throws CommandRefusal `invalid` for a time zone that nobody knows */
export async function putPerson({
  db,
  keyring,
  externalId,
  person,
  actor,
  now,
}: {
  db: Database;
  keyring: Keyring;
  externalId: string;
  person: PersonChange;
  actor: string;
  now: Date;
}): Promise<void> {
  if (person.timeZone !== undefined && !isTimeZone(person.timeZone)) {
    throw new CommandRefusal({
      code: 'invalid',
      detail: 'timeZone is not an IANA name.',
      nextStep: 'Use a name such as Europe/Berlin.',
    });
  }
  await inTransaction(db, async (tx) => {
    const slices = await slicesOfPerson({ tx, externalId });
    const hasState = slices.some((slice) => slice.state !== null);
    const { groups: named, ...fields } = person;
    const body: FactBody = {
      ...(Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as FactBody),
      ...(person.state === undefined && !hasState ? { state: 'active' } : {}),
      ...(named === undefined ? {} : { groups: [...new Set(named)] }),
    };
    const row = factRow({ type: 'person', personId: externalId, body, actor, now });
    await appendFacts({ tx, keyring, rows: [row] });
    await foldAndPlan({ tx, personIds: [externalId], now: notBefore(now) });
  });
}

/**
 * @returns how many people's memberships changed; more than 500 are worked off by the worker
 * @throws CommandRefusal `unknown_person` naming those that nobody has heard of; nothing is stored then
 */
export async function putGroup({
  db,
  keyring,
  name,
  members,
  actor,
  now,
}: {
  db: Database;
  keyring: Keyring;
  name: string;
  members: readonly string[];
  actor: string;
  now: Date;
}): Promise<{ changed: number }> {
  const wanted = [...new Set(members)].sort();
  return inTransaction(db, async (tx) => {
    await refuseUnknownPeople({ tx, personIds: wanted });
    await lockGroup({ tx, name });
    const rows = await membershipFacts({ tx, name, wanted, actor, now });
    await appendFacts({ tx, keyring, rows });
    const personIds = rows.map(({ personId }) => personId as string);
    if (personIds.length <= INLINE_SEATS) {
      await foldAndPlan({ tx, personIds, now: notBefore(now) });
    } else {
      // Whoever is new must be found by the recompute; the fold itself corrects the index.
      await indexMembers({ tx, name, personIds: wanted });
      await requestRecompute({ tx, scope: { groupNames: [name] }, cause: 'group' });
    }
    return { changed: rows.length };
  });
}

/** One fact for each person whose membership is not yet what this PUT says, by the word of a PUT. */
async function membershipFacts({
  tx,
  name,
  wanted,
  actor,
  now,
}: {
  tx: Transaction;
  name: string;
  wanted: string[];
  actor: string;
  now: Date;
}): Promise<DirectoryFact[]> {
  const isIn = await indexedMembers({ tx, name });
  const staying = wanted.filter((id) => isIn.has(id));
  const lastWord = await lastWordsOnGroup({ tx, name, personIds: staying });
  const keep = new Set(wanted);
  const entering = wanted.filter((id) => !(isIn.has(id) && lastWord.get(id) === true));
  const leaving = [...isIn].filter((id) => !keep.has(id));
  const row = (member: boolean) => {
    const body = { membership: { group: name, member } };
    const hash = bodyHash(body);
    return (personId: string) => factRow({ type: 'membership', personId, body, hash, actor, now });
  };
  return [...entering.map(row(true)), ...leaving.map(row(false))];
}

/** @throws CommandRefusal `unknown_person` */
export async function refuseUnknownPeople({
  tx,
  personIds,
}: {
  tx: Transaction;
  personIds: readonly string[];
}): Promise<void> {
  if (personIds.length === 0) return;
  const unknown = await unknownPeople({ tx, personIds });
  if (unknown.length === 0) return;
  throw new CommandRefusal({
    code: 'unknown_person',
    detail: `${unknown.length} of the people named are not in the directory.`,
    nextStep: 'Send their joiner events first, or correct the external ids.',
    fields: unknown.slice(0, 20).map((id) => ({ field: id, detail: 'Not in the directory.' })),
  });
}

/** @throws CommandRefusal `unknown_group` */
export async function refuseUnknownGroups({
  tx,
  names,
}: {
  tx: Transaction;
  names: readonly string[];
}): Promise<void> {
  if (names.length === 0) return;
  const unknown = await unknownGroups({ tx, names });
  if (unknown.length === 0) return;
  throw new CommandRefusal({
    code: 'unknown_group',
    detail: `${unknown.length} of the groups named do not exist.`,
    nextStep: 'Create them with PUT /v1/groups/{name}, or correct the names.',
    fields: unknown.slice(0, 20).map((name) => ({ field: name, detail: 'No such group.' })),
  });
}
