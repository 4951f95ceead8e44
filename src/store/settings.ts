/** The versions of a connection's settings. None is ever changed; the connection names the one in force. */
import { and, eq } from 'drizzle-orm';
import { connectionSettings, connections } from '../../drizzle/schema.ts';
import { keptSettings, type Settings } from '../domain/settings.ts';
import type { Transaction } from './database.ts';

/** Undefined when the connection never had this version. */
export async function settingsOfVersion({
  tx,
  connectionId,
  version,
}: {
  tx: Transaction;
  connectionId: string;
  version: number;
}): Promise<Settings | undefined> {
  const [row] = await tx
    .select({ settings: connectionSettings.settings })
    .from(connectionSettings)
    .where(and(eq(connectionSettings.connectionId, connectionId), eq(connectionSettings.version, version)));
  return row === undefined ? undefined : keptSettings(row.settings);
}

/**
 * Keeps a version with who set it, and puts it in force.
 * @param version one above that in force, which the caller read under the connection's lock
 */
export async function addSettings({
  tx,
  connectionId,
  version,
  settings,
  actor,
}: {
  tx: Transaction;
  connectionId: string;
  version: number;
  settings: Settings;
  actor: string;
}): Promise<void> {
  await tx.insert(connectionSettings).values({ connectionId, version, settings, actor });
  await tx.update(connections).set({ settingsVersion: version }).where(eq(connections.id, connectionId));
}
