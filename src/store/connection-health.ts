/** A connection whose grant is dead is `broken`: no seat calls Dropbox until somebody reauthorises it. */
import { and, eq } from 'drizzle-orm';
import { connections, type Problem } from '../../drizzle/schema.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { Transaction } from './database.ts';
import { appendConnectionEntry } from './record/connection-entries.ts';

const NEXT_STEP = 'Reauthorise the connection with a team admin (POST …/reauthorizations).';

function problemOf({ code, scope }: { code: FailureCode; scope?: string | undefined }): Problem {
  switch (code) {
    case 'scope_missing':
      return {
        code,
        detail: `The grant lacks the permission ${scope ?? 'that this call needs'}.`,
        nextStep: `Enable the permission for the app in the Dropbox App Console. ${NEXT_STEP}`,
      };
    case 'access_denied':
      return {
        code,
        detail: 'Dropbox no longer gives this app access to the team.',
        nextStep: `Look at Apps and team access in the Dropbox Admin Console. ${NEXT_STEP}`,
      };
    case 'app_credentials_refused':
      return {
        code,
        detail: 'Dropbox no longer accepts the key and secret of the app.',
        nextStep: 'Correct DROPBOX_APP_KEY and DROPBOX_APP_SECRET, restart, and reauthorise the connection.',
      };
    default:
      return {
        code: 'grant_revoked',
        detail: 'Dropbox no longer accepts the grant: it was revoked, or the app was removed from the team.',
        nextStep: NEXT_STEP,
      };
  }
}

/** The first who finds out says so, later ones correct the cause; a connection that is paused or going stays what it is. */
export async function markBroken({
  tx,
  connectionId,
  code,
  scope,
}: {
  tx: Transaction;
  connectionId: string;
  code: FailureCode;
  scope?: string | undefined;
}): Promise<void> {
  const found = { brokenCause: problemOf({ code, scope }), checkedAt: new Date() };
  const broken = await tx
    .update(connections)
    .set({ status: 'broken', ...found })
    .where(and(eq(connections.id, connectionId), eq(connections.status, 'connected')))
    .returning({ id: connections.id });
  if (broken.length > 0) return appendConnectionEntry({ tx, connectionId, data: { event: 'broken', code } });
  await tx
    .update(connections)
    .set(found)
    .where(and(eq(connections.id, connectionId), eq(connections.status, 'broken')));
}
