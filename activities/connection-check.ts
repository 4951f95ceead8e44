/**
 * Tries a grant with calls that change nothing. Every scope that seats need is tried by asking for a job that does not
 * exist: Dropbox looks at the scope first, and then says that it does not know the job.
 */
import { cancellationSignal } from '@temporalio/activity';
import { dispositionOf } from '../src/domain/failures.ts';
import type { DropboxClient } from '../src/dropbox/client.ts';
import { DropboxFailure } from '../src/dropbox/failure.ts';
import { checkableConnection, connectionsToCheck, noteWorking } from '../src/store/connection-checks.ts';
import { markBroken } from '../src/store/connection-health.ts';
import type { Database } from '../src/store/database.ts';
import { inTransaction } from '../src/store/transaction.ts';
import type { DropboxFor } from './connection-client.ts';
import type { DropboxActivities, RecordActivities } from './contract.ts';

type Activities = Pick<RecordActivities, 'connectionsToCheck'> & Pick<DropboxActivities, 'checkConnection'>;

const NO_JOB = 'dbjid:check';

export const createConnectionChecks = ({
  db,
  dropboxFor,
}: {
  db: Database;
  dropboxFor: DropboxFor;
}): Activities => ({
  connectionsToCheck: async () => ({ connectionIds: await connectionsToCheck({ db }) }),
  checkConnection: async ({ connectionId }) => {
    const connection = await checkableConnection({ db, id: connectionId });
    if (connection === undefined) return;
    try {
      await tryGrant({ client: await dropboxFor(connectionId), scopes: connection.scopes });
    } catch (error) {
      if (!(error instanceof DropboxFailure) || dispositionOf(error.code) !== 'wait') throw error;
      const { code, scope } = error;
      return inTransaction(db, (tx) => markBroken({ tx, connectionId, code, scope }));
    }
    await inTransaction(db, (tx) => noteWorking({ tx, connectionId }));
  },
});

async function tryGrant({ client, scopes }: { client: DropboxClient; scopes: readonly string[] }) {
  const signal = cancellationSignal();
  await client.teamInfo({ signal });
  if (scopes.includes('members.read'))
    await client.getMembers({ selectors: [{ externalId: NO_JOB }], signal });
  if (scopes.includes('members.write')) {
    await unlessRefused(client.addJobStatus({ jobId: NO_JOB, emails: [], signal }));
  }
  if (scopes.includes('members.delete'))
    await unlessRefused(client.removeJobStatus({ jobId: NO_JOB, signal }));
}

/** The route's own refusal comes from behind the scope. */
async function unlessRefused(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DropboxFailure) || error.code !== 'dropbox_refused') throw error;
  }
}
