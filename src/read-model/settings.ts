/** What a connection is told to do, and for whom. */
import { and, asc, eq } from 'drizzle-orm';
import { assignments, connectionSettings, connections } from '../../drizzle/schema.ts';
import { keptSettings, type Settings } from '../domain/settings.ts';
import type { Reader } from './reader.ts';

export async function findSettings({
  db,
  connectionId,
}: {
  db: Reader;
  connectionId: string;
}): Promise<Settings | undefined> {
  const [row] = await db
    .select({ settings: connectionSettings.settings })
    .from(connections)
    .innerJoin(
      connectionSettings,
      and(
        eq(connectionSettings.connectionId, connections.id),
        eq(connectionSettings.version, connections.settingsVersion),
      ),
    )
    .where(eq(connections.id, connectionId));
  return row === undefined ? undefined : keptSettings(row.settings);
}

export type Assignments = { everyone: boolean; groups: string[]; people: string[] };

export async function findAssignments({
  db,
  connectionId,
}: {
  db: Reader;
  connectionId: string;
}): Promise<Assignments> {
  const rows = await db
    .select({ kind: assignments.kind, subject: assignments.subject })
    .from(assignments)
    .where(eq(assignments.connectionId, connectionId))
    .orderBy(asc(assignments.subject));
  const of = (kind: (typeof rows)[number]['kind']): string[] =>
    rows.filter((row) => row.kind === kind).map(({ subject }) => subject);
  return { everyone: of('everyone').length > 0, groups: of('group'), people: of('person') };
}
