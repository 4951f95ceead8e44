/**
 * Authorisations: begun by a key, taken up once by the callback, then granted or refused. The secrets (verifier,
 * refresh token) are sealed for their row; the state is kept as a hash.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Keyring } from '../crypto/keyring.ts';
import type { Happening } from '../domain/record.ts';
import {
  type AuthorizationRow,
  consumeState,
  insertAuthorization,
  markGranted,
  refuseAuthorization,
} from '../store/authorizations.ts';
import { wakeWaitingSeats } from '../store/connection-checks.ts';
import { type ConnectionRow, connectionOfTeam, lockConnection, replaceGrant } from '../store/connections.ts';
import type { Database, Transaction } from '../store/database.ts';
import { newId } from '../store/ids.ts';
import { appendEntries } from '../store/record/append-entries.ts';
import { inTransaction } from '../store/transaction.ts';

const LIFETIME_MS = 10 * 60_000;
/** How long a grant waits for its name. After that its refresh token is forgotten. */
const SAVABLE_MS = 60 * 60_000;

export type Access = AuthorizationRow['access'];
type Problem = NonNullable<AuthorizationRow['problem']>;

/** What Dropbox gave, and for whom. */
export type Granted = {
  teamId: string;
  teamName: string;
  adminMemberId: string;
  adminEmail: string;
  scopes: string[];
  refreshToken: string;
};

/** The callback's share: everything that is needed to exchange the code. */
export type TakenUp = Pick<
  AuthorizationRow,
  'id' | 'purpose' | 'connectionId' | 'access' | 'requestedScopes' | 'codeVerifier' | 'begunBy'
>;

const hashOf = (state: string): string => createHash('sha256').update(state).digest('hex');
const boundTo = (id: string): string => `authorization:${id}`;

/** @returns `state` for the authorize URL; it is kept nowhere */
export async function beginAuthorization({
  db,
  keyring,
  actor,
  access,
  scopes,
  codeVerifier,
  connectionId = null,
  now,
}: {
  db: Database;
  keyring: Keyring;
  actor: string;
  access: Access;
  scopes: string[];
  codeVerifier: string;
  /** The connection that is to get a new grant; null for a new connection. */
  connectionId?: string | null;
  now: Date;
}): Promise<{ id: string; state: string; expiresAt: Date }> {
  const id = newId('auth');
  const state = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  const purpose = connectionId === null ? ('connect' as const) : ('reauthorize' as const);
  const authorization = {
    id,
    stateHash: hashOf(state),
    purpose,
    connectionId,
    access,
    requestedScopes: scopes,
    codeVerifier: keyring.sealText({ plain: codeVerifier, boundTo: boundTo(id) }),
    begunBy: actor,
    createdAt: now,
    expiresAt,
  };
  await inTransaction(db, async (tx) => {
    await insertAuthorization({ tx, authorization, now });
    await recordTrip({ tx, actor, data: { event: 'begun', authorization: id, purpose } });
  });
  return { id, state, expiresAt };
}

/** Uses the state up. Null when it was forged, used before, or is older than ten minutes. */
export async function takeUpAuthorization({
  db,
  keyring,
  state,
  now,
}: {
  db: Database;
  keyring: Keyring;
  state: string;
  now: Date;
}): Promise<TakenUp | null> {
  const row = await consumeState({ db, stateHash: hashOf(state), now });
  if (row === undefined) return null;
  const codeVerifier = keyring.openText({ sealed: row.codeVerifier, boundTo: boundTo(row.id) });
  return { ...row, codeVerifier };
}

export const recordRefusal = ({
  db,
  taken,
  problem,
}: {
  db: Database;
  taken: Trip;
  problem: Problem;
}): Promise<void> => inTransaction(db, (tx) => refuse({ tx, taken, problem }));

type Trip = Pick<TakenUp, 'id' | 'purpose' | 'begunBy'>;

async function refuse({ tx, taken, problem }: { tx: Transaction; taken: Trip; problem: Problem }) {
  const { id, purpose, begunBy: actor } = taken;
  await refuseAuthorization({ tx, id, problem });
  const { code } = problem;
  await recordTrip({ tx, actor, data: { event: 'refused', authorization: id, purpose, code } });
}

/** Whoever began a trip is who is answerable for it. */
const recordTrip = ({
  tx,
  actor,
  data,
}: {
  tx: Transaction;
  actor: string;
  data: Extract<Happening, { kind: 'authorization' }>['data'];
}): Promise<void> => appendEntries({ tx, entries: [{ kind: 'authorization', actor, data }] });

/**
 * Keeps the grant: sealed with the authorisation until it is saved, or at once in place of the connection's old one.
 * @returns why it cannot be used for what was begun, which is recorded too; null when it was granted
 */
export function recordGrant({
  db,
  keyring,
  taken,
  granted,
  now,
}: {
  db: Database;
  keyring: Keyring;
  taken: Trip & Pick<TakenUp, 'connectionId'>;
  granted: Granted;
  now: Date;
}): Promise<Problem | null> {
  return inTransaction(db, async (tx) => {
    const problem =
      taken.purpose === 'connect'
        ? await keepForSaving({ tx, keyring, id: taken.id, granted, now })
        : await renewGrant({ tx, keyring, taken, granted, now });
    if (problem !== null) await refuse({ tx, taken, problem });
    else {
      const { id, purpose, begunBy: actor } = taken;
      await recordTrip({ tx, actor, data: { event: 'granted', authorization: id, purpose } });
    }
    return problem;
  });
}

type Keeping = { tx: Transaction; keyring: Keyring; granted: Granted; now: Date };

const about = ({ scopes, refreshToken: _, ...granted }: Granted) => ({ ...granted, grantedScopes: scopes });

async function keepForSaving({ tx, keyring, id, granted, now }: Keeping & { id: string }) {
  const connected = await connectionOfTeam({ db: tx, teamId: granted.teamId });
  if (connected !== undefined) return alreadyConnected({ connected, teamName: granted.teamName });
  const refreshToken = keyring.sealText({ plain: granted.refreshToken, boundTo: boundTo(id) });
  const expiresAt = new Date(now.getTime() + SAVABLE_MS);
  await markGranted({ tx, id, granted: { ...about(granted), refreshToken, expiresAt } });
  return null;
}

async function renewGrant({
  tx,
  keyring,
  taken,
  granted,
  now,
}: Keeping & { taken: Pick<TakenUp, 'id' | 'connectionId' | 'begunBy'> }): Promise<Problem | null> {
  const connection = await lockConnection({ tx, id: taken.connectionId ?? '' });
  if (connection === undefined || connection.status === 'disconnecting') return CONNECTION_ENDED;
  if (connection.teamId !== granted.teamId) return wrongTeam({ connection, teamName: granted.teamName });
  const connectionId = connection.id;
  await replaceGrant({
    tx,
    connectionId,
    actor: taken.begunBy,
    refreshToken: keyring.sealText({ plain: granted.refreshToken, boundTo: `grant:${connectionId}` }),
    about: {
      teamName: granted.teamName,
      adminMemberId: granted.adminMemberId,
      adminEmail: granted.adminEmail,
      scopes: granted.scopes,
      // A pause is somebody's decision and outlives a new grant.
      status: connection.status === 'paused' ? 'paused' : 'connected',
    },
    now,
  });
  await markGranted({
    tx,
    id: taken.id,
    granted: { ...about(granted), refreshToken: null, expiresAt: new Date(now.getTime() + SAVABLE_MS) },
  });
  await wakeWaitingSeats({ tx, connectionId, nowMs: now.getTime() });
  return null;
}

const CONNECTION_ENDED: Problem = {
  code: 'connection_ended',
  detail: 'The connection was disconnected meanwhile.',
  nextStep: 'Connect the team anew (POST /v1/authorizations).',
};

const alreadyConnected = ({
  connected,
  teamName,
}: {
  connected: ConnectionRow;
  teamName: string;
}): Problem => ({
  code: 'already_connected',
  detail: `The team "${teamName}" is connected already, as ${connected.slug}.`,
  nextStep: `To renew its grant, use POST /v1/connections/${connected.slug}/reauthorizations. To connect another team, sign in to Dropbox as an admin of that team.`,
});

const wrongTeam = ({ connection, teamName }: { connection: ConnectionRow; teamName: string }): Problem => ({
  code: 'wrong_team',
  detail: `The grant is for the team "${teamName}", and this connection belongs to "${connection.teamName}".`,
  nextStep: `Begin again, and sign in to Dropbox as an admin of "${connection.teamName}". The old grant was kept.`,
});
