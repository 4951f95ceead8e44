/** Connections: saved from a granted authorisation, ended by a disconnect that the worker carries out. */
import type { Keyring } from '../crypto/keyring.ts';
import { defaultSettings } from '../domain/settings.ts';
import { type AuthorizationRow, lockAuthorization, markSaved } from '../store/authorizations.ts';
import {
  connectionOfTeam,
  insertConnection,
  lockConnection,
  markDisconnecting,
  slugsLike,
} from '../store/connections.ts';
import type { Database, Transaction } from '../store/database.ts';
import { newId } from '../store/ids.ts';
import { tellTemporal } from '../store/outbox.ts';
import { queueSync } from '../store/sync-queue.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';
import { slugOf, unusedSlug } from './slug.ts';

/** Two savings at the same moment may want the same slug: the second one looks again. */
const TRIES = 5;

type Saving = { keyring: Keyring; authorizationId: string; name: string; actor: string; now: Date };

/**
 * Saves the connection, its grant and default settings, its schedule and its first sync, all in one transaction.
 * @param dormantAfter ISO 8601, the deployment's default
 * @throws {CommandRefusal} `not_yours`, `expired`, `state_conflict`, `already_connected`
 */
export function saveConnection({
  db,
  ...saving
}: Saving & { db: Database; dormantAfter: string }): Promise<{ connectionId: string }> {
  return inTransaction(db, async (tx) => {
    const authorization = await savable({ tx, ...saving });
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const connectionId = await insertFrom({ tx, authorization, ...saving });
      if (connectionId !== null) {
        await begin({ tx, connectionId, now: saving.now });
        return { connectionId };
      }
      await refuseIfConnected({ tx, authorization });
    }
    throw new CommandRefusal({
      code: 'state_conflict',
      detail: 'Several connections with this name are being saved at the moment.',
      nextStep: 'Send the request again.',
    });
  });
}

type Savable = AuthorizationRow & {
  teamId: string;
  teamName: string;
  adminMemberId: string;
  adminEmail: string;
  grantedScopes: string[];
  refreshToken: string;
};

async function savable({
  tx,
  authorizationId,
  actor,
  now,
}: Pick<Saving, 'authorizationId' | 'actor' | 'now'> & { tx: Transaction }): Promise<Savable> {
  const row = await lockAuthorization({ tx, id: authorizationId });
  // Somebody else's looks as if it did not exist.
  if (row === undefined || row.begunBy !== actor || row.purpose !== 'connect') {
    throw new CommandRefusal({
      code: 'not_yours',
      detail: 'There is no such authorisation that was begun with this key.',
      nextStep: 'Use the id that POST /v1/authorizations returned, with the same API key.',
    });
  }
  if (row.status !== 'granted') throw notGranted(row);
  if (row.expiresAt <= now || !isComplete(row)) {
    throw new CommandRefusal({
      code: 'expired',
      detail: 'The authorisation was not saved in time.',
      nextStep: 'Begin again with POST /v1/authorizations.',
    });
  }
  return row;
}

const isComplete = (row: AuthorizationRow): row is Savable =>
  [row.teamId, row.teamName, row.adminMemberId, row.adminEmail, row.grantedScopes, row.refreshToken].every(
    (value) => value !== null,
  );

function notGranted({ status, problem }: Pick<AuthorizationRow, 'status' | 'problem'>): CommandRefusal {
  if (status === 'saved') {
    return new CommandRefusal({
      code: 'state_conflict',
      detail: 'This authorisation was saved before.',
      nextStep: 'GET /v1/authorizations/{id} names its connection.',
    });
  }
  return new CommandRefusal({
    code: 'state_conflict',
    detail: problem?.detail ?? 'The team admin has not granted this authorisation yet.',
    nextStep: problem?.nextStep ?? 'Open authorizeUrl in the browser of a team admin, then save.',
  });
}

/** @returns null when slug or team were taken at this very moment */
async function insertFrom({
  tx,
  keyring,
  authorization,
  name,
  actor,
  now,
  dormantAfter,
}: Saving & { tx: Transaction; authorization: Savable; dormantAfter: string }): Promise<string | null> {
  const id = newId('con');
  const slug = slugOf(name);
  const { teamId, teamName, adminMemberId, adminEmail, grantedScopes: scopes } = authorization;
  const used = await slugsLike({ tx, slug });
  const plain = keyring.openText({
    sealed: authorization.refreshToken,
    boundTo: `authorization:${authorization.id}`,
  });
  const inserted = await insertConnection({
    tx,
    connection: {
      id,
      slug: unusedSlug({ slug, used }),
      name,
      teamId,
      teamName,
      adminMemberId,
      adminEmail,
      scopes,
      createdAt: now,
    },
    settings: defaultSettings({ dormantAfter }),
    actor,
    refreshToken: keyring.sealText({ plain, boundTo: `grant:${id}` }),
  });
  if (!inserted) return null;
  await markSaved({ tx, id: authorization.id, connectionId: id });
  return id;
}

async function refuseIfConnected({ tx, authorization }: { tx: Transaction; authorization: Savable }) {
  const connected = await connectionOfTeam({ db: tx, teamId: authorization.teamId });
  if (connected === undefined) return;
  throw new CommandRefusal({
    code: 'already_connected',
    detail: `The team is connected already, as ${connected.slug}.`,
    nextStep: `To renew its grant, use POST /v1/connections/${connected.slug}/reauthorizations.`,
  });
}

async function begin({ tx, connectionId, now }: { tx: Transaction; connectionId: string; now: Date }) {
  await queueSync({ tx, connectionId, now });
  await tellTemporal({ tx, kind: 'schedule', subjects: [{ id: connectionId }] });
  await tellTemporal({ tx, kind: 'sync', subjects: [{ id: connectionId }] });
}

/** Asking again changes nothing. Ended connections are gone: the caller has answered 404 before. */
export async function disconnect({
  db,
  connectionId,
  actor,
}: {
  db: Database;
  connectionId: string;
  actor: string;
}): Promise<void> {
  await inTransaction(db, async (tx) => {
    const connection = await lockConnection({ tx, id: connectionId });
    if (connection === undefined || connection.status === 'disconnecting') return;
    await markDisconnecting({ tx, id: connectionId, actor });
    await tellTemporal({ tx, kind: 'schedule', subjects: [{ id: connectionId }] });
  });
}
