/** Asks Dropbox about the members that a complete listing did not show, a hundred a call. */
import { cancellationSignal } from '@temporalio/activity';
import type { DropboxClient } from '../src/dropbox/client.ts';
import { LOOKUP_CHUNK } from '../src/dropbox/member-lookup.ts';
import type { Database } from '../src/store/database.ts';
import { nextMissing, recordAnswers } from '../src/store/sync/missing-members.ts';
import { runningSync } from '../src/store/sync/running-sync.ts';
import { listedMember } from './listed-member.ts';
import { assertCallable } from './member-listing.ts';

export async function askAboutMissing({
  db,
  syncId,
  dropboxFor,
  emailHoldMs,
  tell,
}: {
  db: Database;
  syncId: string;
  dropboxFor: (connectionId: string) => Promise<DropboxClient>;
  emailHoldMs: number;
  tell: (details: { asked: number; gone: number }) => void;
}): Promise<{ gone: number }> {
  let client: DropboxClient | undefined;
  let [asked, gone, after] = [0, 0, ''];
  for (;;) {
    const run = await runningSync({ db, syncId });
    gone = run.notes.gone ?? 0;
    tell({ asked, gone });
    const ids = await nextMissing({ db, syncId, after, limit: LOOKUP_CHUNK });
    const last = ids.at(-1);
    if (last === undefined) return { gone };
    assertCallable(run);
    client ??= await dropboxFor(run.connectionId);
    const { members, fetchedAt } = await client.getMembers({
      selectors: ids.map((teamMemberId) => ({ teamMemberId })),
      signal: cancellationSignal(),
    });
    await recordAnswers({
      db,
      syncId,
      emailHoldMs,
      seenAt: fetchedAt,
      found: members.flatMap((member) => (member === null ? [] : [listedMember(member)])),
      gone: ids.filter((_, place) => members[place] === null),
    });
    asked += ids.length;
    after = last;
  }
}
