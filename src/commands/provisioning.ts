/** The settings of a connection: replaced as a whole, versioned, and every version kept with who set it. */
import { type Settings, settingsConflicts } from '../domain/settings.ts';
import { lockConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
import { seatsStoppedBySettings } from '../store/seats/stopped-seats.ts';
import { addSettings, settingsOfVersion } from '../store/settings.ts';
import { inTransaction } from '../store/transaction.ts';
import { bodyHash } from './canonical.ts';
import { CommandRefusal } from './refusal.ts';

const WRITE_SCOPES = ['members.write', 'members.delete'];

/**
 * @returns the version in force; the same settings again are no new version
 * @throws CommandRefusal `settings_conflict`, `scope_missing`, `not_found`
 */
export async function putSettings({
  db,
  connectionId,
  settings,
  actor,
}: {
  db: Database;
  connectionId: string;
  settings: Settings;
  actor: string;
}): Promise<{ version: number }> {
  refuseConflicts(settings);
  return inTransaction(db, async (tx) => {
    const connection = await lockConnection({ tx, id: connectionId });
    if (connection === undefined) {
      throw new CommandRefusal({
        code: 'not_found',
        detail: 'There is no such connection.',
        nextStep: 'Look at GET /v1/connections.',
      });
    }
    refuseMissingScopes({ settings, scopes: connection.scopes });
    const { settingsVersion } = connection;
    const present = await settingsOfVersion({ tx, connectionId, version: settingsVersion });
    if (present !== undefined && bodyHash(present) === bodyHash(settings)) {
      return { version: settingsVersion };
    }
    const version = settingsVersion + 1;
    await addSettings({ tx, connectionId, version, settings, actor });
    const stopped = await seatsStoppedBySettings({ tx, connectionId });
    await tellTemporal({ tx, kind: 'seat', subjects: stopped });
    return { version };
  });
}

function refuseConflicts(settings: Settings): void {
  const conflicts = settingsConflicts(settings);
  if (conflicts.length === 0) return;
  throw new CommandRefusal({
    code: 'settings_conflict',
    detail: conflicts.map(({ detail }) => detail).join(' '),
    nextStep: 'Change one of the settings named and send them again.',
    fields: conflicts,
  });
}

function refuseMissingScopes({ settings, scopes }: { settings: Settings; scopes: string[] }): void {
  const acts = settings.provision.enabled || settings.suspend.enabled || settings.deprovision.enabled;
  const missing = WRITE_SCOPES.filter((scope) => !scopes.includes(scope));
  if (!acts || missing.length === 0) return;
  throw new CommandRefusal({
    code: 'scope_missing',
    detail: `The connection was granted read access only; ${missing.join(' and ')} are missing.`,
    nextStep: 'Reauthorise it for provisioning: POST /v1/connections/{connection}/reauthorizations.',
  });
}
