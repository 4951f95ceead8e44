/** Streams the sessions of devices; their last use is a sign of life. Of some value by itself, so trouble ends it only. */
import { cancellationSignal } from '@temporalio/activity';
import { type DropboxClient, DropboxFailure } from '../src/dropbox/client.ts';
import type { DevicePage } from '../src/dropbox/devices.ts';
import { activityLog } from '../src/store/activity/activity-log.ts';
import { commitDevicePage, startDevicesOver } from '../src/store/activity/commit-device-page.ts';
import type { Database } from '../src/store/database.ts';
import { runningSync } from '../src/store/sync/running-sync.ts';
import { assertCallable } from './member-listing.ts';
import { PhaseGivenUp } from './sync-trouble.ts';

const SCOPE = 'sessions.list';
const MOST_RESTARTS = 5;
/** Empty pages, or pages behind the same cursor, in a row. */
const MOST_BARREN_PAGES = 1_000;

/** @throws PhaseGivenUp when they cannot be read to the end */
export async function readSessions({
  db,
  syncId,
  dropboxFor,
  tell,
}: {
  db: Database;
  syncId: string;
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
  tell: (details: { sessions: number }) => void;
}): Promise<{ sessions: number }> {
  let client: DropboxClient | undefined;
  for (let barren = 0; ; ) {
    const { connectionId, ...run } = await runningSync({ db, syncId });
    const { sessions = 0 } = run.notes;
    tell({ sessions });
    if (run.phase !== 'activity') return { sessions };
    assertCallable({ connectionId, ...run });
    const { scopes } = await activityLog({ db, connectionId });
    if (!scopes.includes(SCOPE)) throw new PhaseGivenUp('scope_missing');
    client ??= await dropboxFor(connectionId);
    const page = await fetchPage({ client, cursor: run.cursor });
    if (page === 'cursor gone') {
      if ((await startDevicesOver({ db, syncId })) > MOST_RESTARTS) throw new PhaseGivenUp('dropbox_refused');
      continue;
    }
    await commitDevicePage({
      db,
      syncId,
      askedWith: run.cursor,
      next: page.next,
      fetchedAt: page.fetchedAt,
      signs: page.sessions.map(({ teamMemberId, kind, updatedAt }) => ({
        teamMemberId,
        at: updatedAt,
        source: `device_session/${kind}` as const,
      })),
    });
    barren = page.sessions.length > 0 && page.next !== run.cursor ? 0 : barren + 1;
    if (barren >= MOST_BARREN_PAGES) throw new PhaseGivenUp('dropbox_unreadable');
  }
}

async function fetchPage({
  client,
  cursor,
}: {
  client: DropboxClient;
  cursor: string | null;
}): Promise<DevicePage | 'cursor gone'> {
  const signal = cancellationSignal();
  try {
    return await client.memberDevices(cursor === null ? { signal } : { cursor, signal });
  } catch (error) {
    if (error instanceof DropboxFailure && cursor !== null && isReset(error)) return 'cursor gone';
    throw error;
  }
}

const isReset = ({ code, tag }: DropboxFailure): boolean => code === 'dropbox_refused' && tag === 'reset';
