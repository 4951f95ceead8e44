import type { team } from 'dropbox';
import { z } from 'zod';
import { type Member, memberInfo } from './members.ts';

/** Exactly one way to name a member; Dropbox has no selector for account ids. */
export type MemberSelector = { teamMemberId: string } | { externalId: string } | { email: string };

/** The most selectors sent in one call: Dropbox documents no maximum. */
export const LOOKUP_CHUNK = 100;

export function userSelector(selector: MemberSelector): team.UserSelectorArg {
  if ('teamMemberId' in selector) return { '.tag': 'team_member_id', team_member_id: selector.teamMemberId };
  if ('externalId' in selector) return { '.tag': 'external_id', external_id: selector.externalId };
  return { '.tag': 'email', email: selector.email };
}

type LookupItem = { found: Member } | { notFound: string };

const lookupItem = z.union([
  memberInfo.transform((found): LookupItem => ({ found })),
  z.object({ id_not_found: z.string() }).transform((item): LookupItem => ({ notFound: item.id_not_found })),
]);

/**
 * `team/members/get_info_v2`: one member or null for each selector, in their order. That answers come in the order
 * of the request is not documented, so each must also answer its selector; one that nothing answers makes the
 * whole answer unreadable, since taking it for "not found" could remove or invite somebody.
 */
export const lookupOf = (selectors: readonly MemberSelector[]) =>
  z.object({ members_info: z.array(lookupItem) }).transform(({ members_info: items }, context) =>
    selectors.map((selector, position): Member | null => {
      const inPlace = items[position];
      const item =
        inPlace !== undefined && answers(inPlace, selector)
          ? inPlace
          : (items.find((candidate) => answers(candidate, selector)) ??
            underAnotherAddress({ selectors, items, position }));
      if (item === undefined) {
        context.addIssue({ code: 'custom', path: ['members_info', position] });
        return z.NEVER;
      }
      return 'found' in item ? item.found : null;
    }),
  );

/**
 * A removed member's address may be rewritten, and an address may be an alias: then the place decides, as long as who
 * stands there answers nobody else.
 */
function underAnotherAddress(input: {
  selectors: readonly MemberSelector[];
  items: readonly LookupItem[];
  position: number;
}): LookupItem | undefined {
  const { selectors, items, position } = input;
  const selector = selectors[position];
  const inPlace = items[position];
  if (selector === undefined || !('email' in selector)) return undefined;
  if (inPlace === undefined || !('found' in inPlace) || items.length !== selectors.length) return undefined;
  return selectors.some((other) => answers(inPlace, other)) ? undefined : inPlace;
}

function answers(item: LookupItem, selector: MemberSelector): boolean {
  if ('notFound' in item) {
    if ('email' in selector) return sameAddress(item.notFound, selector.email);
    return Object.values(selector).includes(item.notFound);
  }
  const { found } = item;
  if ('teamMemberId' in selector) return found.teamMemberId === selector.teamMemberId;
  if ('externalId' in selector) return found.externalId === selector.externalId;
  return [found.email, ...found.secondaryEmails].some((email) => sameAddress(email, selector.email));
}

/** Dropbox compares addresses without regard to case. */
export const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
