/**
 * Reads the audit log from where it was left, one page at a time. Where the log stands is read from PostgreSQL before
 * every page: another attempt of the same run may have gone on meanwhile, and the connection may have been paused.
 */
import { cancellationSignal } from '@temporalio/activity';
import type { LogTrouble } from '../src/domain/activity-problem.ts';
import type { AuditPage } from '../src/dropbox/audit-log.ts';
import { type DropboxClient, DropboxFailure } from '../src/dropbox/client.ts';
import { type ActivityLog, activityLog } from '../src/store/activity/activity-log.ts';
import { beginReading } from '../src/store/activity/begin-reading.ts';
import { commitAuditPage } from '../src/store/activity/commit-audit-page.ts';
import { resumeReading } from '../src/store/activity/end-reading.ts';
import type { Database } from '../src/store/database.ts';
import { runningSync } from '../src/store/sync/running-sync.ts';
import { assertCallable } from './member-listing.ts';
import { PhaseGivenUp, type SyncLog } from './sync-trouble.ts';

const EVENTS_PER_PAGE = 1_000;
const SCOPE = 'events.read';
const MOST_RESTARTS = 20;
/** Pages without an event, or behind the same cursor, in a row. */
const MOST_BARREN_PAGES = 1_000;

type Reading = { db: Database; syncId: string; client: DropboxClient; log: SyncLog };

export type ReadEvents = { events: number; unknownTypes: number };

/** @throws PhaseGivenUp when the log cannot be read to its end */
export async function readLog({
  db,
  syncId,
  dropboxFor,
  log,
  tell,
}: Omit<Reading, 'client'> & {
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
  tell: (details: ReadEvents) => void;
}): Promise<ReadEvents> {
  let client: DropboxClient | undefined;
  for (let barren = 0; ; ) {
    const run = await runningSync({ db, syncId });
    const { events = 0, unknownTypes = 0, logRead, logBegun } = run.notes;
    tell({ events, unknownTypes });
    if (run.phase !== 'activity' || logRead === 1) return { events, unknownTypes };
    assertCallable(run);
    const known = await activityLog({ db, connectionId: run.connectionId });
    // Asking would only be refused.
    if (!known.scopes.includes(SCOPE)) throw new PhaseGivenUp('scope_missing');
    client ??= await dropboxFor(run.connectionId);
    if (logBegun !== 1) {
      await begin({ db, syncId, client });
      continue;
    }
    barren = (await nextPage({ db, syncId, client, log, known })) ? 0 : barren + 1;
    if (barren >= MOST_BARREN_PAGES) throw new PhaseGivenUp('log_endless' satisfies LogTrouble);
  }
}

/** Whether the plan logs file events decides what the log can tell; and Dropbox's clock, from where on it is read. */
async function begin({ db, syncId, client }: Omit<Reading, 'log'>): Promise<void> {
  const { hasFileEvents, fetchedAt } = await client
    .features({ signal: cancellationSignal() })
    .catch((error: unknown) => {
      // Not told: then nobody is called dormant, and what people did is read all the same.
      if (error instanceof DropboxFailure && UNTOLD.has(error.code)) {
        return { hasFileEvents: null, fetchedAt: new Date() };
      }
      throw error;
    });
  await beginReading({ db, syncId, now: fetchedAt, hasFileEvents });
}

const UNTOLD: ReadonlySet<string> = new Set([
  'scope_missing',
  'access_denied',
  'dropbox_refused',
  'dropbox_rejected_request',
]);

/** @returns whether it brought anything */
async function nextPage({
  db,
  syncId,
  client,
  log,
  known,
}: Reading & { known: ActivityLog }): Promise<boolean> {
  const askedWith = known.cursor;
  const page = await fetchPage({ client, known });
  if (page instanceof DropboxFailure) {
    const resetAt = page.resetAt ?? null;
    const restarts = await resumeReading({ db, syncId, cursor: askedWith ?? '', resetAt });
    if (restarts === null) return false;
    log({ event: 'reading of the audit log began again', syncId, restarts });
    if (restarts > MOST_RESTARTS) throw new PhaseGivenUp('log_interrupted' satisfies LogTrouble);
    return false;
  }
  await commitAuditPage({ db, syncId, page: { ...page, askedWith } });
  return page.events.length > 0 && page.cursor !== askedWith;
}

/** A page, or the failure that tells that the cursor is gone. */
async function fetchPage({
  client,
  known: { cursor, reading },
}: {
  client: DropboxClient;
  known: ActivityLog;
}): Promise<AuditPage | DropboxFailure> {
  const signal = cancellationSignal();
  // Between two looks the reading can only have ended; what is committed then is nothing.
  const startTime = new Date(reading?.askFrom ?? Date.now());
  try {
    return await client.auditEvents(
      cursor === null ? { startTime, limit: EVENTS_PER_PAGE, signal } : { cursor, signal },
    );
  } catch (error) {
    const isGone = error instanceof DropboxFailure && cursor !== null && isAboutTheCursor(error);
    if (isGone) return error;
    throw error;
  }
}

const isAboutTheCursor = ({ code, tag }: DropboxFailure): boolean =>
  code === 'dropbox_refused' && (tag === 'bad_cursor' || tag?.split('/')[0] === 'reset');
