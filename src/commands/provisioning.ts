/** The settings of a connection: replaced as a whole, versioned, and every version kept with who set it. */
import { and, eq, isNotNull, ne, or, sql } from 'drizzle-orm';
import { connectionSettings, connections, seats } from '../../drizzle/schema.ts';
import { type Settings, settingsConflicts } from '../domain/settings.ts';
import { lockConnection } from '../store/connections.ts';
import type { Database, Transaction } from '../store/database.ts';
import { tellTemporal } from '../store/outbox.ts';
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
    const [present] = await tx
      .select()
      .from(connectionSettings)
      .where(
        and(
          eq(connectionSettings.connectionId, connectionId),
          eq(connectionSettings.version, connection.settingsVersion),
        ),
      );
    if (present !== undefined && bodyHash(present.settings) === bodyHash(settings)) {
      return { version: present.version };
    }
    const version = connection.settingsVersion + 1;
    await tx.insert(connectionSettings).values({ connectionId, version, settings, actor });
    await tx.update(connections).set({ settingsVersion: version }).where(eq(connections.id, connectionId));
    await wakeStopped({ tx, connectionId });
    return { version };
  });
}

/** Only seats that the settings stopped, or that ask for attention, can do something else now. */
async function wakeStopped({ tx, connectionId }: { tx: Transaction; connectionId: string }): Promise<void> {
  const stopped = await tx
    .select({ id: seats.id })
    .from(seats)
    .where(
      and(
        eq(seats.connectionId, connectionId),
        or(
          isNotNull(seats.skipped),
          isNotNull(seats.attention),
          // Not yet judged, or waiting for the former account: recoverOnReturn decides.
          and(ne(seats.judgedPlan, seats.planVersion), sql`${seats.state} <> 'released'`),
          sql`${seats.waiting}->>'kind' = 'email'`,
        ),
      ),
    );
  await tellTemporal({ tx, kind: 'seat', subjects: stopped });
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
