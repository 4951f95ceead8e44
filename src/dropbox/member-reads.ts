import { z } from 'zod';
import type { Call, Timed } from './call.ts';
import { LOOKUP_CHUNK, lookupOf, type MemberSelector, userSelector } from './member-lookup.ts';
import { type Member, memberInfo } from './members.ts';
import type { CallOptions } from './transport.ts';

export type MemberPage = Timed & { members: Member[]; cursor: string; hasMore: boolean };

/** The first page, or with `cursor` the next one: what was asked for at first then stays in force. */
export type ListMembers = CallOptions &
  ({ includeRemoved: boolean; limit?: number | undefined; cursor?: undefined } | { cursor: string });

const page = z.object({ members: z.array(memberInfo), cursor: z.string().min(1), has_more: z.boolean() });

/** Both are reads; they throw DropboxFailure. */
export const memberReads = (call: Call) => ({
  /**
   * A page may be empty although `hasMore` is true. The listing is no snapshot: people can show twice or not at
   * all, so absence proves nothing. `dropbox_refused` with tag `invalid_cursor`: throw the listing away, begin anew.
   */
  async listMembers(input: ListMembers): Promise<MemberPage> {
    const { value, ...timed } = await call({
      invoke: (sdk) =>
        input.cursor === undefined
          ? sdk.teamMembersListV2({ limit: input.limit ?? 1000, include_removed: input.includeRemoved })
          : sdk.teamMembersListContinueV2({ cursor: input.cursor }),
      schema: page,
      write: false,
      options: input,
    });
    return { members: value.members, cursor: value.cursor, hasMore: value.has_more, ...timed };
  },

  /**
   * One member or null (nobody by this selector) for each selector, in their order. Whether Dropbox still finds
   * removed members is not documented: null does not tell "removed" from "never there". With more than
   * 100 selectors `fetchedAt` is that of the first call and `serverTime` that of the last.
   */
  async getMembers(
    input: CallOptions & { selectors: readonly MemberSelector[] },
  ): Promise<Timed & { members: (Member | null)[] }> {
    const lookUp = (selectors: readonly MemberSelector[]) =>
      call({
        invoke: (sdk) => sdk.teamMembersGetInfoV2({ members: selectors.map(userSelector) }),
        schema: lookupOf(selectors),
        write: false,
        options: input,
      });
    const { selectors } = input;
    if (selectors.length === 0) throw new RangeError('getMembers needs at least one selector');
    const { value, ...timed } = await lookUp(selectors.slice(0, LOOKUP_CHUNK));
    const members = [...value];
    for (let from = LOOKUP_CHUNK; from < selectors.length; from += LOOKUP_CHUNK) {
      const next = await lookUp(selectors.slice(from, from + LOOKUP_CHUNK));
      members.push(...next.value);
      timed.serverTime = next.serverTime;
    }
    return { members, ...timed };
  },
});
