/**
 * Streams a team into staging, one page at a time. Where the listing stands is read from PostgreSQL before every page:
 * another attempt of the same run may have gone on meanwhile, and the connection may have been paused.
 */
import { cancellationSignal } from '@temporalio/activity';
import type { DropboxClient } from '../src/dropbox/client.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import type { MemberPage } from '../src/dropbox/member-reads.ts';
import type { Database } from '../src/store/database.ts';
import { type CommittedPage, commitPage } from '../src/store/sync/commit-page.ts';
import { setEstimate } from '../src/store/sync/estimate.ts';
import { type RunningSync, runningSync } from '../src/store/sync/running-sync.ts';
import { startListingOver } from '../src/store/sync/start-over.ts';
import { listedMember } from './listed-member.ts';
import { type SyncLog, syncFailure } from './sync-trouble.ts';

const MEMBERS_PER_PAGE = 1_000;
const MOST_RESTARTS = 5;
/** Empty and repeated pages are tolerated, a listing that goes in circles is not. */
const MOST_BARREN_PAGES = 100;

type Listing = { db: Database; syncId: string; client: DropboxClient; log: SyncLog };

export type Listed = { members: number; pages: number };

export async function listTeam({
  db,
  syncId,
  dropboxFor,
  log,
  tell,
}: Omit<Listing, 'client'> & {
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
  tell: (details: Listed) => void;
}): Promise<Listed> {
  let client: DropboxClient | undefined;
  for (let barren = 0; ; ) {
    const run = await runningSync({ db, syncId });
    const { members = run.processed, pages = 0 } = run.notes;
    tell({ members, pages });
    if (run.phase !== 'members') return { members, pages };
    assertCallable(run);
    client ??= await dropboxFor(run.connectionId);
    const committed = await nextPage({ db, syncId, client, log, run });
    if (committed === null) continue;
    barren = committed.fresh === 0 ? barren + 1 : 0;
    if (barren >= MOST_BARREN_PAGES) throw syncFailure({ code: 'listing_incomplete', tag: 'no_progress' });
  }
}

/** No call to Dropbox for a connection that is paused, broken or going. @throws a final failure */
export function assertCallable({ connectionStatus, brokenCode }: RunningSync): void {
  switch (connectionStatus) {
    case 'connected':
      return;
    case 'paused':
      throw syncFailure({ code: 'connection_paused' });
    case 'broken':
      throw syncFailure({ code: brokenCode ?? 'connection_broken' });
    case 'disconnecting':
    case 'ended':
      throw syncFailure({ code: 'connection_ended' });
    default:
      connectionStatus satisfies never;
  }
}

/** Null when nothing was committed and the place must be looked up again. */
async function nextPage({
  db,
  syncId,
  client,
  log,
  run,
}: Listing & { run: RunningSync }): Promise<{ fresh: number } | null> {
  if (run.cursor === null && run.total === null) await estimate({ db, syncId, client });
  const page = await fetchPage({ client, cursor: run.cursor });
  if (page === 'cursor refused') {
    const restarts = await startListingOver({ db, syncId, cursor: run.cursor });
    if (restarts === null) return null;
    log({ event: 'listing started over', syncId, restarts });
    if (restarts > MOST_RESTARTS) throw syncFailure({ code: 'listing_incomplete', tag: 'invalid_cursor' });
    return null;
  }
  const committed = await commitPage({
    db,
    syncId,
    page: { ...page, askedWith: run.cursor, members: page.members.map(listedMember) },
  });
  return judged(committed);
}

async function fetchPage({
  client,
  cursor,
}: {
  client: DropboxClient;
  cursor: string | null;
}): Promise<MemberPage | 'cursor refused'> {
  const signal = cancellationSignal();
  try {
    return await client.listMembers(
      cursor === null ? { includeRemoved: true, limit: MEMBERS_PER_PAGE, signal } : { cursor, signal },
    );
  } catch (error) {
    if (error instanceof DropboxFailure && cursor !== null && isAboutTheCursor(error))
      return 'cursor refused';
    throw error;
  }
}

const isAboutTheCursor = ({ code, tag }: DropboxFailure): boolean =>
  code === 'dropbox_refused' && (tag === 'invalid_cursor' || tag?.split('/')[0] === 'reset');

function judged(page: CommittedPage): { fresh: number } | null {
  switch (page.outcome) {
    case 'committed':
      return page;
    case 'moved_on':
      return null;
    case 'empty':
      throw syncFailure({ code: 'listing_empty' });
    case 'admin_absent':
      throw syncFailure({ code: 'listing_incomplete' });
    default:
      return page satisfies never;
  }
}

/** For the progress only, so a refusal does not matter: the listing itself will say what is wrong. */
async function estimate({ db, syncId, client }: Omit<Listing, 'log'>): Promise<void> {
  try {
    const { provisioned } = await client.teamInfo({ signal: cancellationSignal() });
    await setEstimate({ db, syncId, total: provisioned });
  } catch (error) {
    if (!(error instanceof DropboxFailure)) throw error;
  }
}
