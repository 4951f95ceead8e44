/** The settings of a connection: replaced as a whole, versioned, and every version kept with who set it. */
import type { Keyring } from '../crypto/keyring.ts';
import type { PersonalEntry } from '../domain/record.ts';
import { changedFields, makesADifference, type Settings, settingsConflicts } from '../domain/settings.ts';
import { lockConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
import { appendPersonalEntries } from '../store/record/append-entries.ts';
import { stoppedSeats } from '../store/seats/stopped-seats.ts';
import { addSettings, settingsOfVersion } from '../store/settings.ts';
import { inTransaction } from '../store/transaction.ts';
import { CommandRefusal } from './refusal.ts';

const WRITE_SCOPES = ['members.write', 'members.delete'];

/**
 * @returns the version in force; the same settings again are no new version
 * @throws CommandRefusal `settings_conflict`, `scope_missing`, `not_found`
 */
export async function putSettings({
  db,
  keyring,
  connectionId,
  settings,
  actor,
}: {
  db: Database;
  /** Seals the address that files go to. */
  keyring: Keyring;
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
    const changed = changedFields({ before: present, after: settings });
    if (changed.length === 0) return { version: settingsVersion };
    const version = settingsVersion + 1;
    await addSettings({ tx, connectionId, version, settings, actor });
    await appendPersonalEntries({
      tx,
      keyring,
      entries: [settingsEntry({ actor, connection, version, changed, after: settings })],
    });
    for await (const page of stoppedSeats({ tx, connectionId })) {
      const subjects = page.filter(
        (seat) => present === undefined || makesADifference({ seat, changed, after: settings }),
      );
      await tellTemporal({ tx, kind: 'seat', subjects });
    }
    return { version };
  });
}

function settingsEntry({
  actor,
  connection: { id, slug },
  version,
  changed,
  after,
}: {
  actor: string;
  connection: { id: string; slug: string };
  version: number;
  changed: string[];
  after: Settings;
}): PersonalEntry {
  const { deprovision, ...rest } = after;
  const { transferTo } = deprovision;
  const isAddress = typeof transferTo !== 'string';
  return {
    kind: 'settings',
    actor,
    connection: { id, slug },
    settings: version,
    data: {
      version,
      changed,
      settings: {
        ...rest,
        deprovision: { ...deprovision, transferTo: isAddress ? 'person' : transferTo },
      },
    },
    personal: isAddress ? { transferTo: transferTo.email } : {},
  };
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
