/** Asks Dropbox once what was bought and what is used. */
import { cancellationSignal } from '@temporalio/activity';
import type { DropboxClient } from '../src/dropbox/client.ts';
import type { Database } from '../src/store/database.ts';
import { noteLicences } from '../src/store/licences/note-licences.ts';
import { runningSync } from '../src/store/sync/running-sync.ts';
import { assertCallable } from './member-listing.ts';

export type LicenceFigures = { purchased: number; provisioned: number; used: number };

export async function countLicences({
  db,
  syncId,
  dropboxFor,
}: {
  db: Database;
  syncId: string;
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
}): Promise<LicenceFigures | null> {
  const run = await runningSync({ db, syncId });
  const { purchased, provisioned, used } = run.notes;
  if (run.phase !== 'licences') {
    const isCounted = purchased !== undefined && provisioned !== undefined && used !== undefined;
    return isCounted ? { purchased, provisioned, used } : null;
  }
  assertCallable(run);
  const client = await dropboxFor(run.connectionId);
  const team = await client.teamInfo({ signal: cancellationSignal() });
  const figures = { purchased: team.licensed, provisioned: team.provisioned, used: team.used };
  await noteLicences({ db, syncId, counted: { ...figures, countedAt: team.serverTime } });
  return figures;
}
